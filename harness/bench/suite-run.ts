import { loadPlan } from '../cli/load/load-plan.ts'
import { runSuite } from '../run/run-suite.ts'

/** What a run of a suite took, in a process of its own. */
export interface SuiteRun {
  readonly wallMs: number
  /** Largest resident set of the process, its workers included. */
  readonly peakBytes: number
}

/** Runs the suite `quick`. */
export async function runQuick(workers: number): Promise<SuiteRun> {
  const { plan } = loadPlan({ suite: 'quick', seed: 1, lenient: false })
  const startMs = performance.now()
  await runSuite(plan, {
    workers,
    logs: 'failing',
    signal: new AbortController().signal,
    onUnit: () => {},
    onCrash: message => {
      throw new Error(message)
    },
  })
  return { wallMs: performance.now() - startMs, peakBytes: process.resourceUsage().maxRSS * 1024 }
}
