import { logDigestOf, runSuite, type SuiteOptions, type SuiteResult } from './run-suite.ts'
import { planUnits, type SuitePlan } from './suite-plan.ts'

export interface LookOptions extends SuiteOptions {
  /** Ascending numbers of seeds of each scenario; the last is the most that is run. */
  readonly looks: readonly number[]
  /** Whether what was run of the plan, which is whole, is enough. Not asked after the last look. */
  isEnough(plan: SuitePlan, result: SuiteResult): boolean
}

/**
 * Runs a suite look by look, and ends after the first one that is enough. Every trial, and so the digest, is that of a run with as many
 * seeds: what is run depends on the plan and on what the trials showed, never on the time.
 * @returns also the plan of what was begun; where the run was interrupted, of the look that was not ended
 */
export async function runUntilDecided(
  plan: SuitePlan,
  { looks, isEnough, ...options }: LookOptions,
): Promise<{ plan: SuitePlan; result: SuiteResult }> {
  const first = { ...plan, suite: { ...plan.suite, seeds: looks[0]! } }
  let so = { plan: first, result: await runSuite(first, options) }
  for (let look = 1; look < looks.length && !options.signal.aborted && !isEnough(so.plan, so.result); look++) {
    const [done, until] = [looks[look - 1]!, looks[look]!]
    const added = { ...plan, firstSeed: plan.firstSeed + done, suite: { ...plan.suite, seeds: until - done } }
    const wider = { ...plan, suite: { ...plan.suite, seeds: until } }
    so = { plan: wider, result: joined(wider, [so, { plan: added, result: await runSuite(added, options) }]) }
  }
  return so
}

/** Results of parts of a plan as one run of all of it gives them. */
function joined(
  plan: SuitePlan,
  parts: readonly { readonly plan: SuitePlan; readonly result: SuiteResult }[],
): SuiteResult {
  const units = planUnits(plan)
  const keyOf = ({ scenario, variant, seed }: (typeof units)[number]) => `${scenario}/${variant}/${seed}`
  const places = new Map(units.map(unit => [keyOf(unit), unit]))
  const inWhole = (part: (typeof parts)[number]) => {
    const own = planUnits(part.plan)
    return (index: number) => places.get(keyOf(own[index]!))!
  }
  const done = parts.flatMap(part => {
    const place = inWhole(part)
    return part.result.units.map(result => ({ ...result, unit: place(result.unit).index }))
  })
  done.sort((a, b) => a.unit - b.unit)
  return {
    units: done,
    planned: units.length,
    lost: parts.flatMap(part => part.result.lost.map(({ index }) => inWhole(part)(index))),
    logDigest: logDigestOf(done),
    repeated: parts.reduce((sum, { result }) => sum + result.repeated, 0),
  }
}
