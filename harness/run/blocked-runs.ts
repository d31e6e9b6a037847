import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import type { TrialEvent } from '../model/event.ts'
import type { Remedy } from '../model/ground-truth.ts'
import type { TrialPlan } from '../model/trial.ts'
import type { FaultEvidence, TriedRemedy } from './quiet-evidence.ts'
import { nextCell, runQuietly, tryRemedies } from './quiet-runs.ts'

/** From the end of the trouble on, until what looks back a minute has forgotten it. */
const forgottenMs = 90_000

/** Whether what goes wrong is the analysis of good releases, and nothing that requests or pods would feel. */
export function isBlocking({ incident }: TrialPlan): boolean {
  return incident?.analysis !== undefined
}

/**
 * What a seed shows in which the analysis keeps a good release from going live: with luck, as without it nothing would ever be measured, and
 * with the analysis live. A remedy helps when the release goes live in the end; a wider limit, when its mere second release would not.
 * @param usualMs how long the rollout takes without the fault
 */
export function blockedEvidence(
  plan: TrialPlan,
  usualMs: number,
  makeSetting: (plan: TrialPlan) => WorldSetting,
): FaultEvidence {
  const untilMs = (endMs: number) => makeSetting({ ...plan, decoy: null, horizonMs: endMs, endMs })
  const events = runQuietly(untilMs(plan.horizonMs), 'live')
  const onsetMs = events.find(({ type, data }) => type === 'truth.blocked' && data.blocked)?.t ?? null
  const abortedMs = events.find(({ type }) => type === 'rollout.aborted')?.t
  const base = { onsetMs, symptoms: {}, harm: 0, requests: 0, phase: lastPhase(events), harms: [] }
  if (onsetMs === null || abortedMs === undefined) return { ...base, tried: [] }
  const silentToMs = Math.max(...plan.disturbances.prometheusDown.map(({ toMs }) => toMs + forgottenMs), abortedMs)
  const atMs = nextCell(silentToMs)
  const candidates: readonly Remedy[] = ['abort', 'undo', 'scale', 'restart', 'restartPod', 'retry', 'widenThreshold']
  const logs = tryRemedies(
    untilMs(atMs + 2 * usualMs),
    candidates.map(remedy => ({ remedy, atMs })),
    'live',
  )
  const goesLive = (remedy: Remedy) => endsBlocked(logs[candidates.indexOf(remedy)]!) === false
  const tried = candidates.map((remedy): TriedRemedy => {
    const helps = goesLive(remedy) && !(remedy === 'widenThreshold' && goesLive('retry'))
    return { remedy, atMs, helps, lastTouchMs: Number.NEGATIVE_INFINITY }
  })
  return { ...base, tried }
}

/** undefined where nothing ever was. */
function endsBlocked(events: readonly TrialEvent[]): boolean | undefined {
  const last = events.findLast(({ type }) => type === 'truth.blocked')
  return last?.type === 'truth.blocked' ? last.data.blocked : undefined
}

/** The phase in the end; empty where there is no rollout to be seen. */
export function lastPhase(events: readonly TrialEvent[]): string {
  const last = events.findLast(({ type }) => type === 'rollout.changed')
  return last?.type === 'rollout.changed' ? last.data.phase : ''
}
