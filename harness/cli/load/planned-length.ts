import type { AnalysisTemplate, Rollout } from '../../../clusters/manifests/argo-types.ts'
import { pauseSeconds, stepsOf } from '../../../clusters/sim/argo/spec.ts'
import { parseDurationMs } from '../../model/duration.ts'

/** Allowance for the pods of one weight to be replaced. */
const perWeightMs = 60_000

/** Allowance for a person to promote an indefinite pause: the 95th percentile of LN(5 min, 0.8). */
const perPromotionMs = 1_200_000

/** How long a rollout takes by its manifests when nothing goes wrong, in ms. */
export function plannedLengthMs(rollout: Rollout, templates: readonly AnalysisTemplate[]): number {
  return stepsOf(rollout.spec).reduce((sum, step) => {
    if (step.pause !== undefined)
      return sum + (step.pause.duration === undefined ? perPromotionMs : pauseSeconds(step.pause) * 1000)
    if (step.analysis === undefined) return sum + perWeightMs
    const names = step.analysis.templates?.map(({ templateName }) => templateName) ?? []
    const used = templates.filter(({ metadata }) => names.includes(metadata.name))
    return sum + Math.max(0, ...used.flatMap(({ spec }) => spec.metrics ?? []).map(analysisMs))
  }, 0)
}

function analysisMs({
  initialDelay,
  interval,
  count,
}: {
  initialDelay?: string
  interval?: string
  count?: number | string
}): number {
  return (
    (parseDurationMs(initialDelay ?? '0') ?? 0) + (parseDurationMs(interval ?? '0') ?? 0) * (Number(count ?? 1) || 1)
  )
}
