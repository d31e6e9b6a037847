import { suspicionsOf } from '../../remediator/detect.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import type { Level } from '../model/effect.ts'
import type { Run } from './row.ts'
import { runTrial } from './run-unit.ts'
import type { SuitePlan, Unit } from './suite-plan.ts'

/** A detector's score over a trial: what it is from each time on. Detectors of a rollout begin anew with each revision. */
export interface ScoreTrace {
  readonly detector: string
  readonly deciding: boolean
  /** Score that it takes to find anything; null where the scale has none. */
  readonly limit: number | null
  readonly atMs: number[]
  readonly scores: number[]
  /** When it found something; in the log stands only what deciding detectors do. */
  readonly firedMs: number[]
}

/**
 * Runs one trial again by itself, as `runTrial` does and with the same log, and follows every detector, those in shadow too. There are
 * no traces where the row has no engine.
 */
export function traceTrial(
  plan: SuitePlan,
  unit: Unit,
  wanted: { readonly policy: string; readonly level: Level },
): { readonly trial: TrialResult; readonly frames: Uint8Array; readonly scores: readonly ScoreTrace[] } {
  const traces = new Map<string, ScoreTrace>()
  const wasFired = new Set<string>()
  const follow = ({ engine, world }: Run) => {
    if (engine === null || world.nowMs > plan.horizonMs) return
    for (const { detector, deciding, score, limit, fired } of suspicionsOf(engine)) {
      const trace = traces.get(detector) ?? { detector, deciding, limit, atMs: [], scores: [], firedMs: [] }
      traces.set(detector, trace)
      if (trace.scores.at(-1) !== score) {
        trace.atMs.push(world.nowMs)
        trace.scores.push(score)
      }
      if (fired && !wasFired.has(detector)) trace.firedMs.push(world.nowMs)
      if (fired) wasFired.add(detector)
      else wasFired.delete(detector)
    }
  }
  return { ...runTrial(plan, unit, wanted, true, follow), scores: [...traces.values()] }
}
