import { isCompleted } from '../../../clusters/sim/argo/analysis-run.ts'
import type { RolloutState } from '../../../clusters/sim/argo/state.ts'
import { thresholdOf } from '../../../clusters/sim/argo/thresholds.ts'

/** A metric's limit, as wide as it should be. */
export interface WiderLimit {
  readonly template: string
  readonly metric: string
  readonly toValue: number
}

/**
 * The limit that failed the last run, widened by the factor as often as it takes for the values to pass that it failed; null where no run
 * has failed, or the limit has been widened enough since.
 * @param factor above 1; a share near 1 that has to be exceeded moves as far as what is missing to 1 grows
 */
export function limitToWiden({ runs, templates }: RolloutState, factor: number): WiderLimit | null {
  const run = runs.findLast(({ phase }) => isCompleted(phase) && phase !== 'Successful')
  const result = run?.results.find(({ phase }) => phase === 'Failed')
  if (result === undefined) return null
  for (const { metadata, spec } of templates) {
    const metric = spec.metrics?.find(({ name }) => name === result.name)
    const limit = metric && thresholdOf(metric)
    if (limit === undefined) continue
    const { failureCondition, successCondition } = run!.spec.metrics.find(({ name }) => name === result.name)!
    const limitThen = thresholdOf({ ...metric!, failureCondition, successCondition })!
    const failed = result.measurements.filter(({ phase }) => phase === 'Failed').map(({ value }) => numberIn(value))
    const isUpper = failed.some(value => value >= limitThen)
    const worst = isUpper ? Math.max(...failed) : Math.min(...failed)
    const passes = (value: number) => (isUpper ? worst < value : worst > value)
    if (!Number.isFinite(worst) || passes(limit)) return null
    let toValue = limit
    for (let times = 0; times < 10 && !passes(toValue); times++) toValue = wider(toValue, factor, isUpper)
    return { template: metadata.name, metric: result.name, toValue }
  }
  return null
}

function wider(limit: number, factor: number, isUpper: boolean): number {
  if (isUpper) return limit * factor
  return limit > 0.5 && limit <= 1 ? Math.max(0, 1 - (1 - limit) * factor) : limit / factor
}

/** The first number in a value as Argo Rollouts writes it, such as `[0.0625]`; NaN where there is none. */
function numberIn(value: string): number {
  return Number(/-?\d+(\.\d+)?(e[+-]?\d+)?/i.exec(value)?.[0] ?? Number.NaN)
}
