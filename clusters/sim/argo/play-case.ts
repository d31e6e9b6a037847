import type { RolloutSpec } from '../../manifests/argo-types.ts'
import { mergePatch } from '../../manifests/merge-patch.ts'
import { createQueue, type EventQueue, peek, pop } from '../queue.ts'
import type { CaseAction, CaseFile, RolloutPatch } from './case-file.ts'
import { casePorts, type PlayedQuery } from './case-ports.ts'
import type { RolloutEvent } from './events.ts'
import { handleRolloutEvent, type RolloutPorts } from './handle.ts'
import { abort, applyRollout, pause, promote, promoteFull, retry, setSpec, terminateRun, undo } from './operations.ts'
import { Recorder, type Recording } from './recorder.ts'
import type { RolloutState } from './state.ts'

/** A whole second far enough from 0 for everything that happens before the update. */
const baseMs = 10_000_000
const deployMs = 1_000_000
/** Between two releases of a set-up, so that their ReplicaSets differ in age by more than a second. */
const setupPauseMs = 10_000
/** A user's command takes about this long to reach the API. */
const commandMs = 50

interface Player {
  readonly state: RolloutState
  readonly queue: EventQueue<RolloutEvent>
  readonly ports: RolloutPorts
  readonly recorder: Recorder
}

/**
 * Plays the story of a case on the simulated controller: the rollout is deployed and healthy, then the update at 0, then what users
 * do, for `observe` seconds.
 * @throws Error naming every field that is not simulated
 */
export function playCase(file: CaseFile): Recording {
  const fraction = file.conditionsOfRecording?.updateAtFractionOfSecond ?? 0
  const startMs = baseMs + Math.round(fraction * 1000)
  const endMs = startMs + file.observe * 1000
  const queue = createQueue<RolloutEvent>()
  const recorder = new Recorder(startMs)
  const queries: PlayedQuery[] = []
  const ports = casePorts(file, startMs, hash => recorder.numberOf(hash), queries)
  const { rollout, templates = [], services, name } = file
  const state = applyRollout({ rollout, templates, services, analysis: 'live', seed: name }, queue, startMs - deployMs)
  const player: Player = { state, queue, ports, recorder }
  const updateMs = startMs + Math.round((file.conditionsOfRecording?.patchReturnedAfter ?? 0) * 1000)

  let nowMs = runUntil(player, startMs - deployMs + setupPauseMs)
  for (const action of file.setup ?? []) {
    act(player, action, nowMs)
    nowMs = runUntil(player, nowMs + 1000)
    promoteFull(state, queue, nowMs)
    nowMs = runUntil(player, nowMs + setupPauseMs * 6)
  }
  runUntil(player, startMs)
  queries.length = 0
  recorder.start(state)
  if (file.update !== undefined) act(player, { do: 'update', patch: file.update }, runUntil(player, updateMs))
  for (const action of file.actions ?? []) {
    act(player, action, runUntil(player, startMs + (action.at ?? 0) * 1000 + commandMs))
    recorder.watch(state, startMs + (action.at ?? 0) * 1000 + commandMs)
  }
  return recorder.finish(state, runUntil(player, endMs), queries)
}

/** Handles everything before a time. */
function runUntil({ state, queue, ports, recorder }: Player, untilMs: number): number {
  for (let next = peek(queue); next !== undefined && next.t < untilMs; next = peek(queue)) {
    handleRolloutEvent(state, pop(queue)!, queue, ports)
    recorder.watch(state, next.t)
  }
  return untilMs
}

function act({ state, queue }: Player, action: CaseAction, nowMs: number): void {
  const operation = { abort, retry, promote, 'promote-full': promoteFull, pause }
  if (action.do === 'undo') undo(state, action.toRevision, queue, nowMs)
  else if (action.do === 'terminate-run') terminateRun(state, undefined, queue, nowMs)
  else if (action.do === 'update' || action.do === 'scale')
    setSpec(state, patched(state.spec, action.patch ?? {}), queue, nowMs)
  else operation[action.do](state, queue, nowMs)
}

function patched(spec: RolloutSpec, patch: RolloutPatch): RolloutSpec {
  return mergePatch(spec, patch.spec ?? {}) as RolloutSpec
}
