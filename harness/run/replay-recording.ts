import { createEngine, type EngineSetting, step } from '../../remediator/engine.ts'
import type { Alarm, Effect, Level } from '../model/effect.ts'
import type { TrialEvent } from '../model/event.ts'
import type { Observation, TimedObservation } from '../model/observation.ts'

/** What somebody did in a recording: from then on it shows a world that another policy might not have come to. */
export interface RecordedAction {
  readonly atMs: number
  readonly actor: string
  readonly operation: string
}

/** What an engine made of the telemetry of a recording. Times are ms of trial time. */
export interface ReplayedRecording {
  /** The first action up to the horizon that changes what runs; null where nobody acted. The recording says nothing of later times. */
  readonly firstAction: RecordedAction | null
  readonly validToMs: number
  /** When the recorded rollout was first kept at its step, which only delays it. */
  readonly heldFromMs: number | null
  /** The same of the engine that is replayed. */
  readonly holdsFromMs: number | null
  /** Alarms of deciding detectors that blame a revision, up to `validToMs`. */
  readonly alarms: readonly (Alarm & { readonly atMs: number })[]
  readonly pagedAtMs: number | null
  /** The first thing that the engine would have done. */
  readonly wouldAct: { readonly atMs: number; readonly operation: string } | null
}

/**
 * Shows a recorded trial's observations to another engine, in their order and at their times, and wakes it when it asks for that. What it
 * wants done is not done; it is told so only of a hold, which is granted.
 * @param events of a trial's log, of any backend
 */
export function replayRecording(
  events: readonly TrialEvent[],
  setting: EngineSetting,
  level: Level,
): ReplayedRecording {
  const firstAction = firstActionIn(events.filter(({ t }) => t <= setting.horizonMs))
  const validToMs = Math.min(setting.horizonMs, firstAction?.atMs ?? Number.POSITIVE_INFINITY)
  const engine = createEngine(setting, level)
  const wakesMs: number[] = []
  const alarms: (Alarm & { atMs: number })[] = []
  let holdsFromMs: number | null = null
  let pagedAtMs: number | null = null
  let wouldAct: ReplayedRecording['wouldAct'] = null

  function show(observation: TimedObservation) {
    for (const effect of step(engine, observation)) take(effect, observation.t)
  }
  function take(effect: Effect, atMs: number) {
    switch (effect.type) {
      case 'alarm':
        if (effect.deciding && effect.alarm.blames !== null) alarms.push({ ...effect.alarm, atMs })
        break
      case 'page':
        pagedAtMs ??= atMs
        break
      case 'wake':
        wakesMs.push(Math.max(atMs, effect.atMs))
        wakesMs.sort((a, b) => a - b)
        break
      case 'hold':
      case 'resume':
        if (effect.type === 'hold') holdsFromMs ??= atMs
        show({ t: atMs, type: 'effect.finished', effectId: effect.id, ok: true, message: '' })
        break
      case 'abort':
      case 'undo':
      case 'apply':
        wouldAct ??= { atMs, operation: effect.type === 'apply' ? effect.action.class : effect.type }
    }
  }
  /** Those that are due before the world shows anything else. */
  function wakeBefore(untilMs: number) {
    while (wakesMs[0] !== undefined && wakesMs[0] < untilMs) show({ t: wakesMs.shift()!, type: 'time.passed' })
  }

  for (const event of events) {
    if (event.t > validToMs) break
    const observation = observationOf(event)
    if (observation === null) continue
    wakeBefore(event.t)
    show({ t: event.t, ...observation })
  }
  wakeBefore(validToMs + 1)
  return { firstAction, validToMs, heldFromMs: heldFrom(events), holdsFromMs, alarms, pagedAtMs, wouldAct }
}

/** Keep the rollout at its step, and let it go on: they change no share of the traffic. */
const holding: readonly string[] = ['hold', 'resume']

function firstActionIn(events: readonly TrialEvent[]): RecordedAction | null {
  for (const { t: atMs, type, data } of events) {
    if (type === 'operation.started' && !holding.includes(data.operation))
      return { atMs, actor: data.actor, operation: data.operation }
    if (type === 'rollout.aborted') return { atMs, actor: data.actor, operation: 'abort' }
  }
  return null
}

function heldFrom(events: readonly TrialEvent[]): number | null {
  const held = events.find(({ type, data }) => type === 'operation.started' && data.operation === 'hold')
  return held?.t ?? null
}

/** What an event of a log showed to the engine; null where it showed it nothing, or only what came of its own doing. */
function observationOf({ type, data }: TrialEvent): Observation | null {
  switch (type) {
    case 'look.taken':
      return { type: 'look', look: data }
    case 'look.missed':
      return { type: 'time.passed' }
    case 'rollout.changed':
      return { type, rollout: data as Extract<Observation, { type: 'rollout.changed' }>['rollout'] }
    case 'analysisRun.changed':
      return { type, run: data as Extract<Observation, { type: 'analysisRun.changed' }>['run'] }
    case 'pod.changed':
      return { type, pod: data as Extract<Observation, { type: 'pod.changed' }>['pod'] }
    case 'probe.answered':
      return { type, ...data }
    case 'flag.changed': {
      const { flag, fromValue, toValue } = data
      return { type, flag, fromValue, toValue }
    }
    default:
      return null
  }
}
