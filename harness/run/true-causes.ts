import type { CauseKind } from '../model/cause.ts'
import { type Disturbance, rootCauseOf, type Scenario, type Variant } from '../model/scenario.ts'

/** What a disturbance is called by a right diagnosis; null: nobody would call it a cause. */
const causeOfDisturbance: Readonly<Record<Disturbance['kind'], CauseKind | null>> = {
  'dependency-outage': 'dependency',
  'scrapes-fail': 'silent telemetry',
  'prometheus-down': 'silent telemetry',
  'prometheus-restart': 'silent telemetry',
  'prometheus-slow': 'silent telemetry',
  'warm-up': 'cold start',
  'sick-pod': 'sick pod',
  'noisy-neighbour': 'noisy neighbour',
  'node-pressure': 'noisy neighbour',
  'pod-crash': 'sick pod',
  'rolling-restart': null,
}

/** What people call right in a diagnosis of a trial: the fault, or without one what looks bad. */
export function trueCauses(scenario: Scenario, variant: Variant): CauseKind[] {
  const root = rootCauseOf(scenario, variant)
  if (root !== null) return [root.kind]
  const causes = scenario.disturbances.map(({ kind }) => causeOfDisturbance[kind])
  return [...new Set(causes.filter(cause => cause !== null))]
}
