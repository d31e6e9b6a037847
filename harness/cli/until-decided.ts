import { decideSoFar } from '../judge/decide-run.ts'
import { planLooks } from '../judge/sequential.ts'
import type { Summary } from '../judge/summary.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import type { SuiteOptions, SuiteResult } from '../run/run-suite.ts'
import { planUnits, type SuitePlan } from '../run/suite-plan.ts'
import { runUntilDecided } from '../run/until-decided.ts'
import { exitCodes } from './exit-codes.ts'

class NothingToDecide extends Error {
  readonly exitCode = exitCodes.usage
  constructor(suite: string) {
    super(
      `--until-decided: suite ${suite} has no criteria to decide; give one, as in --criterion 'L1 falseActionRate.twins < 1%'`,
    )
  }
}

/** The plan with its looks: the seeds are the most that will be run. @throws where there is nothing to decide */
export function withLooks(plan: SuitePlan): SuitePlan {
  if (plan.suite.criteria.length === 0) throw new NothingToDecide(plan.suite.name)
  return { ...plan, looks: planLooks(plan.suite.seeds) }
}

/** The plan of a look. */
export function planAt(plan: SuitePlan, seeds: number): SuitePlan {
  return { ...plan, suite: { ...plan.suite, seeds } }
}

/**
 * Runs a plan with looks until all of its criteria are decided.
 * @param soFar all trials that were run
 * @param say is told what each look shows
 */
export function runLooks(
  plan: SuitePlan,
  options: Omit<SuiteOptions, 'units'>,
  soFar: () => readonly TrialResult[],
  say: (line: string) => void,
): Promise<{ seeds: number; result: SuiteResult }> {
  const looks = plan.looks!
  const rows = plan.groups.reduce((sum, group) => sum + group.rows.length, 0)
  return runUntilDecided(plan, {
    ...options,
    looks,
    isEnough: seeds => {
      const so = planAt(plan, seeds)
      const { criteria } = decideSoFar({
        suite: so.suite,
        seed: so.firstSeed,
        scenarios: so.scenarios,
        policies: so.scored,
        plannedTrials: planUnits(so).length * rows,
        plannedLooks: looks,
        // An earlier start may have gone further.
        trials: soFar().filter(({ seed }) => seed < plan.firstSeed + seeds),
      })
      const open = criteria.filter(({ look }) => look === null)
      say(lookText(looks, seeds, criteria.length - open.length, criteria))
      return open.length === 0
    },
  })
}

function lookText(looks: readonly number[], seeds: number, decided: number, criteria: Summary['criteria']): string {
  const look = looks.indexOf(seeds) + 1
  return `look ${look} of ${looks.length}, ${seeds} seeds: ${decided} of ${criteria.length} criteria decided`
}
