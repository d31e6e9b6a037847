import type { TrialEvent } from '../model/event.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import type { Deed } from './deeds.ts'
import { all } from './event-access.ts'
import { isRemedy, isRepair, isRollback } from './outcome.ts'
import type { Touches } from './touches.ts'

/** Time that has to be seen after the last touched request before a fault counts as over. */
const observedAfterMs = 60_000

/** How a fault ended; all null where it touched nothing. */
interface Ending {
  /** The last deed that ended the fault: one of its remedies, of which it may take several, or where none did a repair. */
  readonly acted: Deed | undefined
  /** End of the last touched request or pod. */
  readonly recoveredMs: number | null
  /** The intended change is live and healthy, and a fault that is not the deploy's has been remedied. */
  readonly resolvedMs: number | null
}

/**
 * @param deployed hashes of the deploy and of what was deployed on top of it; empty where nothing was
 * @param blockedMs when a good deploy was stopped; null where none was. It ends when that is live after all.
 */
export function endingOf(
  events: readonly TrialEvent[],
  truth: GroundTruth,
  touches: Touches,
  deeds: readonly Deed[],
  deployed: readonly string[],
  blockedMs: number | null,
): Ending {
  const isToBlame = truth.deploy === 'revert'
  const deployHash = deployed[0]
  const onsetMs = touches.firstMs
  const recoveredMs = recovery(events, touches, isToBlame ? deployHash : undefined)
  const liveMs = deployHash === undefined ? null : liveFrom(events, isToBlame)
  if (onsetMs === null && blockedMs !== null) {
    const resolvedMs = liveMs === null ? null : Math.max(liveMs, blockedMs)
    const acted = deeds.findLast(
      deed => ends(deed, truth, deployed, blockedMs) && (resolvedMs === null || deed.t <= resolvedMs),
    )
    return { acted, recoveredMs: resolvedMs, resolvedMs }
  }
  if (onsetMs === null) {
    const remedied = isToBlame || deployHash !== undefined ? undefined : deeds.find(deed => isRemedy(deed, truth))
    return { acted: undefined, recoveredMs, resolvedMs: liveMs ?? remedied?.takenMs ?? null }
  }

  const remedies = deeds.filter(deed => ends(deed, truth, deployed, onsetMs))
  // Another release repairs nothing that no release has broken.
  const repairs = isToBlame ? deeds.filter(({ operation, t }) => isRepair(operation) && t >= onsetMs) : []
  const before = ({ t }: Deed) => recoveredMs === null || t <= recoveredMs
  const acted = remedies.findLast(before) ?? (recoveredMs === null ? undefined : repairs.findLast(before))
  if (isToBlame) return { acted, recoveredMs, resolvedMs: liveMs }
  // Trouble may pass before anybody has done something about it.
  const remedied = acted ?? remedies[0]
  const remediedMs = truth.remedies.length === 0 ? onsetMs : (remedied?.takenMs ?? null)
  const instants = [recoveredMs, remediedMs, ...(deployHash === undefined ? [] : [liveMs])]
  const done = instants.filter(t => t !== null)
  return { acted, recoveredMs, resolvedMs: done.length < instants.length ? null : Math.max(...done) }
}

/** A rollback ends what the deploy does, even one from before onset; what ends other trouble comes after it. */
function ends(deed: Deed, truth: GroundTruth, deployed: readonly string[], onsetMs: number): boolean {
  if (!isRemedy(deed, truth)) return false
  return isRollback(deed.operation) ? deployed.includes(deed.podTemplateHash) : deed.t >= onsetMs
}

/** @param badHash must no longer be desired; undefined where no version is bad */
function recovery(events: readonly TrialEvent[], touches: Touches, badHash: string | undefined): number | null {
  if (touches.firstMs === null || touches.stillTouched) return null
  if (badHash !== undefined) {
    const rollout = all(events, 'rollout.changed').at(-1)?.data
    if (rollout === undefined || (rollout.currentHash === badHash && !rollout.aborted)) return null
  }
  return events.at(-1)!.t - touches.lastMs >= observedAfterMs ? touches.lastMs : null
}

/** From when on, to the end, the deploy itself was live, or where it is bad a person's repair of it; null: not in the end. */
function liveFrom(events: readonly TrialEvent[], isToBlame: boolean): number | null {
  const intended = new Set<string>()
  let liveMs: number | null = null
  for (const { t, type, data } of events) {
    if (type === 'release.updated' && (isToBlame ? data.release === 'fix' : data.release !== 'revert'))
      intended.add(data.podTemplateHash)
    if (type !== 'rollout.changed') continue
    const { phase, currentHash, stableHash } = data
    if (!intended.has(currentHash)) liveMs = null
    else if (phase === 'Healthy' && stableHash === currentHash) liveMs ??= t
  }
  return liveMs
}
