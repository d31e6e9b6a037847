import { answerDelayMs } from '../../../clusters/sim/measure.ts'
import type { WorldSetting } from '../../../clusters/sim/world-setting.ts'
import type { ToolCall } from '../../model/tool.ts'
import { lognormalQuantile } from '../../stats/quantiles.ts'
import { streamKey, uniform } from '../../stats/uniform.ts'

/**
 * How long the answer to a question of now takes, in whole ms; drawn from what names the question, so that whoever asks the same at
 * another time waits as long.
 */
export function toolDelayMs(
  { plan, parameters }: Pick<WorldSetting, 'plan' | 'parameters'>,
  effectId: string,
  { tool }: ToolCall,
  nowMs: number,
): number {
  const { answer, metricsAnswer, metricsTimeout } = parameters.tools
  const u = uniform(streamKey(plan.seed, plan.scenario, `tool/${effectId}`), 0)
  const drawn = (law: typeof answer) => Math.round(lognormalQuantile(u, law.medianMs, law.sigma))
  if (tool !== 'metrics') return drawn(answer)
  const slownessMs = answerDelayMs(plan.disturbances, nowMs)
  // One that is down refuses at once.
  return Math.min(metricsTimeout.ms, drawn(metricsAnswer) + (Number.isFinite(slownessMs) ? slownessMs : 0))
}
