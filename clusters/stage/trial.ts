import type { TimedObservation } from '../../harness/model/observation.ts'
import { framesOf } from '../../harness/model/trial-log.ts'
import type { Append } from '../live/carry-out.ts'
import {
  type ClusterTrial,
  type ClusterTrialResult,
  loadUpTo,
  type RunningTrial,
  type TrialWorld,
} from './cluster-trial.ts'
import { endOfLoad, type LoadResult } from './load.ts'
import { plannedRequests } from './load-stages.ts'
import { MissingImage } from './missing-image.ts'
import { playTrial } from './play-trial.ts'
import { setTheStage, turnOnTheLoad } from './set-stage.ts'
import { collectEvents } from './trial-events.ts'
import { truthCells } from './truth.ts'

/** Share of the planned requests that has to be sent for the trial to be valid. */
const loadShare = 0.9

/** A trial whose first revision is Healthy, unless its result says otherwise. To be played once, then asked for its result. */
export interface StagedTrial {
  readonly namespace: string
  /** Turns the load on, then runs engine and deploy from t = 0 to the horizon. */
  play(): Promise<void>
  /** Collects what pods and load know of the trial. */
  result(): Promise<ClusterTrialResult>
}

/**
 * Sets up a trial in an empty namespace. What makes a trial invalid, at any of its steps, is in its result; a step rejects only when the
 * signal aborts, the engine throws, or the cluster cannot have an image (MissingImage).
 */
export async function stageTrial(world: TrialWorld, trial: ClusterTrial, namespace: string): Promise<StagedTrial> {
  const { backend, say } = world
  const { plan, policy, level } = trial
  const { scenario, variant, seed, horizonMs } = plan
  const ended = new AbortController()
  const signal = AbortSignal.any([world.signal, ended.signal])
  const events = collectEvents()
  const problems: string[] = []
  let bug: unknown
  let load: LoadResult | null = null
  const started = { scenario, variant, policy, level, seed, backend, horizonMs }
  events.append(0, 'trial.started', started)
  const append: Append = (t, type, data) => {
    events.append(t, type, data)
    trial.people?.onEvent(t, type, data)
  }
  function step(observation: TimedObservation) {
    try {
      return trial.step(observation)
    } catch (error) {
      bug = error
      throw error
    }
  }
  const running: RunningTrial = {
    world: { ...world, signal },
    trial: { ...trial, step },
    namespace,
    append,
    invalidate: reason => problems.push(reason),
    plan,
    startEpochMs: undefined,
    proposals: [],
    sickPod: undefined,
    endMs: horizonMs,
  }

  /** @returns undefined where it failed. */
  async function attempt<T>(part: () => Promise<T>): Promise<T | undefined> {
    try {
      return await part()
    } catch (error) {
      ended.abort()
      world.signal.throwIfAborted()
      // An engine that throws is not an invalid trial.
      if (bug !== undefined) throw bug
      // Nor is what no trial of the run can have.
      if (error instanceof MissingImage) throw error
      problems.push(error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  const stage = await attempt(() => setTheStage(running))
  if (stage !== undefined) say(`${namespace}: revision 1 is Healthy`)
  let played: number | undefined
  return {
    namespace,
    async play() {
      if (stage === undefined) return
      played = await attempt(async () => {
        await turnOnTheLoad(running, stage)
        const startEpochMs = await playTrial(running, stage)
        // Where it goes wrong the result says so.
        await stage.load.stop(signal).catch(() => undefined)
        await stage.records.complete(startEpochMs + running.endMs)
        return startEpochMs
      })
    },
    async result() {
      const { endMs } = running
      started.horizonMs = endMs
      if (stage !== undefined && played !== undefined) {
        for (const { t, data } of truthCells([...stage.records.processes.values()], played, endMs)) {
          events.append(t, 'truth.cell', data)
        }
        problems.push(...stage.records.problems())
        await attempt(async () => {
          load = await endOfLoad(stage.load, signal)
          const planned = Math.round(plannedRequests(loadUpTo(plan, endMs)))
          if (load.sent < loadShare * planned) {
            problems.push(`only ${load.sent} of ${planned} planned requests were sent`)
          }
        })
      }
      ended.abort()
      for (const reason of problems) events.append(endMs, 'trial.invalidated', { reason })
      events.append(endMs, 'trial.ended', {})
      say(`${namespace}: ${problems.length === 0 ? 'ended' : `invalid: ${problems.join('; ')}`}`)
      return {
        trial,
        namespace,
        frames: framesOf(events.toLog(endMs)),
        endMs,
        problems,
        load,
        proposals: running.proposals,
      }
    },
  }
}
