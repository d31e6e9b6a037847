import { logDigest, runSuite, type SuiteOptions, type SuiteResult } from './run-suite.ts'
import { planUnits, type SuitePlan } from './suite-plan.ts'

export interface LookOptions extends Omit<SuiteOptions, 'units'> {
  /** Ascending numbers of seeds of each scenario; the last is the most that is run. */
  readonly looks: readonly number[]
  /** Whether so many seeds, of which all trials were run or lost, are enough. Not asked after the last look. */
  isEnough(seeds: number): boolean
}

/**
 * Runs a suite look by look, and ends after the first one that is enough. Every trial, and so the digest, is that of a run with as many
 * seeds: what is run depends on the plan and on what the trials showed, never on the time.
 * @param plan with as many seeds as are run at most; units keep their indices in it
 * @returns also the seeds of the last look that was begun
 */
export async function runUntilDecided(
  plan: SuitePlan,
  { looks, isEnough, ...options }: LookOptions,
): Promise<{ seeds: number; result: SuiteResult }> {
  const units = planUnits(plan)
  const until = (seeds: number) => units.filter(({ seed }) => seed < plan.firstSeed + seeds)
  const parts: SuiteResult[] = []
  let [before, seeds] = [0, looks[0]!]
  for (;;) {
    const own = until(seeds).filter(({ seed }) => seed >= plan.firstSeed + before)
    const part = await runSuite(plan, { ...options, units: own })
    parts.push(part)
    const next = looks[looks.indexOf(seeds) + 1]
    // Interrupted at a look's very end, a run holds a part of the next one, if none of it.
    const isCut = options.signal.aborted && part.done < part.planned
    if (next === undefined || isCut || isEnough(seeds)) break
    before = seeds
    seeds = next
  }
  const digests = new Map(parts.flatMap(part => [...part.digests]))
  const ran = until(seeds)
  const done = ran.filter(({ index }) => digests.has(index))
  return {
    seeds,
    result: {
      planned: ran.length,
      done: done.length,
      lost: parts.flatMap(({ lost }) => lost),
      digests,
      logDigest: logDigest(done, digests),
      repeated: parts.reduce((sum, { repeated }) => sum + repeated, 0),
    },
  }
}
