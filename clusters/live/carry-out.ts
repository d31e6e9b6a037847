import { setTimeout as sleep } from 'node:timers/promises'
import type { Effect } from '../../harness/model/effect.ts'
import type { EventData, EventType } from '../../harness/model/event.ts'
import type { Observation } from '../../harness/model/observation.ts'
import {
  abortRollout,
  holdRollout,
  type OperationResult,
  type RolloutTarget,
  resumeRollout,
  undoRollout,
} from './operations.ts'

/** Adds an event to the trial's log. */
export type Append = <T extends EventType>(t: number, type: T, data: EventData<T>) => void

export interface EffectSetting {
  readonly target: RolloutTarget
  readonly append: Append
  /** Alarms of detectors that do not decide. */
  readonly shadow?: ((t: number, effect: Effect) => void) | undefined
  /** Trial time. */
  readonly now: () => number
  /** Shows the engine something, in a turn of its own. */
  readonly tell: (observation: Observation) => void
  readonly fail: (error: Error) => void
  /** Ends whatever is under way; nothing is logged or told after it. */
  readonly signal: AbortSignal
}

const notAvailable = 'not available on a real cluster yet'

/** @returns what carries an effect out on a real cluster: each one once, however often it is asked to. */
export function effectCarrier(setting: EffectSetting): (t: number, effect: Effect) => void {
  const { target, append, now, tell, fail, signal } = setting
  const begun = new Set<string>()

  function answer(effectId: string, outcome: Promise<OperationResult>, operation: string | undefined) {
    outcome
      .then(({ ok, message }) => {
        if (signal.aborted) return
        if (operation !== undefined)
          append(now(), 'operation.finished', { effectId, actor: 'engine', operation, ok, message })
        tell({ type: 'effect.finished', effectId, ok, message })
      })
      .catch(fail)
  }

  function operate(t: number, { id: effectId, type: operation, podTemplateHash }: AimedEffect, act: Act) {
    append(t, 'operation.started', { effectId, actor: 'engine', operation, podTemplateHash })
    answer(effectId, act(target, podTemplateHash, signal), operation)
  }

  return (t, effect) => {
    if (begun.has(effect.id)) return
    begun.add(effect.id)
    switch (effect.type) {
      case 'alarm':
        if (effect.deciding) append(t, 'detector.fired', effect.alarm)
        else setting.shadow?.(t, effect)
        return
      case 'page':
        append(t, 'page.sent', { effectId: effect.id, blames: effect.blames, reason: effect.reason })
        return
      case 'wake':
        sleep(Math.max(0, effect.atMs - t), undefined, { signal })
          .then(() => tell({ type: 'time.passed' }), ignoreEnd)
          .catch(fail)
        return
      case 'incident':
        append(t, `incident.${effect.state}`, { incident: effect.incident, reason: effect.reason })
        return
      case 'audit':
        append(t, 'audit.recorded', { line: effect.line })
        return
      case 'abort':
        return operate(t, effect, abortRollout)
      case 'hold':
        return operate(t, effect, holdRollout)
      case 'resume':
        return operate(t, effect, resumeRollout)
      case 'undo':
        return operate(t, effect, (at, hash) => undoRollout(at, hash, effect.toHash, signal))
      case 'apply':
        append(t, 'operation.started', {
          effectId: effect.id,
          actor: 'engine',
          operation: effect.action.class,
          podTemplateHash: '',
        })
        return answer(effect.id, Promise.resolve({ ok: false, message: notAvailable }), effect.action.class)
      default:
        return answer(effect.id, Promise.resolve({ ok: false, message: notAvailable }), undefined)
    }
  }
}

type AimedEffect = Extract<Effect, { readonly podTemplateHash: string }>
type Act = (target: RolloutTarget, podTemplateHash: string, signal: AbortSignal) => Promise<OperationResult>

function ignoreEnd(): void {}
