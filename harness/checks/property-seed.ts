import fc from 'fast-check'

// Properties are tried on the same cases in every run, so that a failure is of the change that is under test. PROPERTY_SEED tries others.
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) })
