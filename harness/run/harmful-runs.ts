import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import type { TrialEvent } from '../model/event.ts'
import type { Remedy } from '../model/ground-truth.ts'
import type { TrialPlan } from '../model/trial.ts'
import { badRequests, requestsOf } from './count-requests.ts'
import type { Harm } from './quiet-evidence.ts'
import { nextCell, quiet, runQuietly, tryRemedies } from './quiet-runs.ts'

/** What an operation came to that looks right and is not. */
export interface TriedHarm extends Harm {
  readonly remedy: Remedy
  /** null: there was no occasion for it. */
  readonly atMs: number | null
}

/** From an abort on, until the old version serves all traffic again. */
const settledMs = 30_000

/**
 * Tries operations beside a world in which nobody does anything but the manifests' own analysis, and counts the bad requests that they add
 * up to the horizon. What releases once more is done after the abort, the others at onset.
 */
export function triedHarms(
  plan: TrialPlan,
  operations: readonly Remedy[],
  onsetMs: number,
  makeSetting: (plan: TrialPlan) => WorldSetting,
): TriedHarm[] {
  const setting = makeSetting(quiet(plan, plan.horizonMs))
  const alone = runQuietly(setting, 'live')
  const abortedMs = alone.find(({ type }) => type === 'rollout.aborted')?.t
  const atMs = (remedy: Remedy) => {
    if (remedy !== 'retry' && remedy !== 'widenThreshold') return nextCell(onsetMs)
    return abortedMs === undefined ? null : nextCell(abortedMs + settledMs)
  }
  return operations.map((remedy): TriedHarm => {
    const at = atMs(remedy)
    const more = at === null ? [] : tryRemedies(setting, [{ remedy, atMs: at }], 'live')
    return { remedy, atMs: at, ...harmBeyond(alone, more[0] ?? alone) }
  })
}

function harmBeyond(alone: readonly TrialEvent[], acted: readonly TrialEvent[]): Harm {
  return { harm: badRequests(acted) - badRequests(alone), requests: requestsOf(acted) }
}
