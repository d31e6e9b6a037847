import { createHash } from 'node:crypto'
import type { Notable } from '../../reports/timeline/notable.ts'
import { type Timeline, timelineOf } from '../../reports/timeline/timeline.ts'
import { replayLine } from '../judge/findings.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import { truthOf } from '../model/scenario.ts'
import { readEvents } from '../model/trial-log.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
import { type ScoreTrace, traceTrial } from '../run/trace-trial.ts'
import { readLogOf, type StoredPlan } from './run-folder.ts'

type ReplayablePlan = SuitePlan & Pick<StoredPlan, 'replayArguments' | 'game'>

/**
 * Timelines of some of a run's trials. Those of the simulator are run again, which costs less than to keep all logs, and tells what every
 * detector thought meanwhile. On a cluster there are those whose logs were kept.
 */
export function timelinesOf(
  folder: string,
  plan: ReplayablePlan,
  backend: StoredPlan['backend'],
  trials: readonly TrialResult[],
  notable: readonly Notable[],
): Timeline[] {
  const byId = new Map(trials.map(trial => [trial.id, trial]))
  return notable.flatMap(({ id, why, problem }) => {
    const trial = byId.get(id)!
    const log = (backend === 'sim' ? playAgain(plan, trial) : undefined) ?? keptLog(folder, trial)
    if (log === undefined) return []
    const scenario = plan.scenarios.find(({ name }) => name === trial.scenario)!
    const timeline = timelineOf([...readEvents(log.frames)], trial.facts, {
      trial: id,
      family: trial.family,
      why,
      problem,
      replay: id === plan.game?.trial ? plan.game.replay : replayLine(id, { ...plan, backend, folder }),
      about: scenario.description,
      truth: truthOf(scenario, trial.variant),
      scores: log.scores,
    })
    return [timeline]
  })
}

interface Log {
  readonly frames: Uint8Array
  readonly scores: readonly ScoreTrace[]
}

/** Undefined where it comes to another log, as the run was another version's. */
function playAgain(
  plan: ReplayablePlan,
  { scenario, variant, seed, policy, level, digest }: TrialResult,
): Log | undefined {
  const index = plan.scenarios.findIndex(({ name }) => name === scenario)
  const played = traceTrial(plan, { index: 0, scenario: index, variant, seed }, { policy, level })
  return played.trial.digest === digest ? played : undefined
}

function keptLog(folder: string, { id, digest }: TrialResult): Log | undefined {
  const frames = readLogOf(folder, id)
  if (frames === undefined || createHash('sha256').update(frames).digest('hex') !== digest) return undefined
  return { frames, scores: [] }
}
