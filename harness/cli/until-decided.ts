import { decideSoFar } from '../judge/decide-run.ts'
import { planLooks } from '../judge/sequential.ts'
import type { Summary } from '../judge/summary.ts'
import type { SuiteOptions, SuiteResult } from '../run/run-suite.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
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

/** Runs a plan with looks until all of its criteria are decided. @param say is told what each look shows */
export function runLooks(
  plan: SuitePlan,
  options: SuiteOptions,
  say: (line: string) => void,
): Promise<{ plan: SuitePlan; result: SuiteResult }> {
  const looks = plan.looks!
  return runUntilDecided(plan, {
    ...options,
    looks,
    isEnough: (so, result) => {
      const { criteria } = decideSoFar({
        suite: so.suite,
        seed: so.firstSeed,
        scenarios: so.scenarios,
        policies: so.scored,
        plannedTrials: plannedTrials(so, result),
        plannedLooks: looks,
        trials: result.units.flatMap(({ trials }) => trials),
      })
      const open = criteria.filter(({ look }) => look === null)
      say(lookText(looks, so.suite.seeds, criteria.length - open.length, criteria))
      return open.length === 0
    },
  })
}

/** Trials that were begun, of all rows. */
function plannedTrials({ groups }: SuitePlan, { planned }: SuiteResult): number {
  return planned * groups.reduce((sum, { rows }) => sum + rows.length, 0)
}

function lookText(looks: readonly number[], seeds: number, decided: number, criteria: Summary['criteria']): string {
  const look = looks.indexOf(seeds) + 1
  return `look ${look} of ${looks.length}, ${seeds} seeds: ${decided} of ${criteria.length} criteria decided`
}
