import type { Look, VersionLook } from '../harness/model/look.ts'
import type { PodView, RolloutView, TimedObservation } from '../harness/model/observation.ts'

/** Looks that are kept: ten minutes of them at 5 s. */
export const looksKept = 120

/** What the engine has seen of the world so far. Plain data. */
export interface Seen {
  nowMs: number
  rollout: RolloutView | null
  rolloutAtMs: number
  readonly pods: Record<string, PodView>
  readonly podsAtMs: Record<string, number>
  /** End of the last look; null before the first. */
  lookToMs: number | null
  readonly totals: Record<string, VersionTotals>
  /** The latest looks, oldest first. A look is never changed, so that copies may share it. */
  looks: Look[]
  readonly flagChanges: FlagChange[]
}

interface VersionTotals extends VersionLook {
  pods: number
  requests: number
  errors: number
  readonly latency: number[]
}

export interface FlagChange {
  readonly flag: string
  readonly atMs: number
  readonly fromValue: string
  readonly toValue: string
}

export function createSeen(): Seen {
  return {
    nowMs: 0,
    rollout: null,
    rolloutAtMs: 0,
    pods: {},
    podsAtMs: {},
    lookToMs: null,
    totals: {},
    looks: [],
    flagChanges: [],
  }
}

/**
 * Takes an observation in.
 * @returns false when it is stale: older than what was seen of the same thing, or a look that overlaps one that was counted. Time passes nevertheless.
 */
export function see(seen: Seen, observation: TimedObservation): boolean {
  seen.nowMs = Math.max(seen.nowMs, observation.t)
  switch (observation.type) {
    case 'rollout.changed': {
      const { t, rollout } = observation
      if (t < seen.rolloutAtMs || rollout.revision < (seen.rollout?.revision ?? 0)) return false
      seen.rollout = rollout
      seen.rolloutAtMs = t
      return true
    }
    case 'pod.changed': {
      const { t, pod } = observation
      if (t < (seen.podsAtMs[pod.name] ?? 0) || seen.pods[pod.name]?.phase === 'Gone') return false
      seen.pods[pod.name] = pod
      seen.podsAtMs[pod.name] = t
      return true
    }
    case 'look': {
      const { look } = observation
      if (look.toMs <= look.fromMs || (seen.lookToMs !== null && look.fromMs < seen.lookToMs)) return false
      seen.lookToMs = look.toMs
      for (const version of look.versions) addVersion(seen, version)
      seen.looks.push(look)
      if (seen.looks.length > looksKept) seen.looks.shift()
      return true
    }
    case 'tool.answered': {
      const { answer, t } = observation
      if (answer.tool !== 'objects' || 'error' in answer) return true
      for (const {
        name,
        podTemplateHash,
        phase,
        waitingReason,
        restarts,
        ready,
        lastTerminationReason,
      } of answer.pods) {
        if (t < (seen.podsAtMs[name] ?? 0) || seen.pods[name]?.phase === 'Gone') continue
        seen.pods[name] = { name, podTemplateHash, phase, waitingReason, restarts, ready, lastTerminationReason }
        seen.podsAtMs[name] = t
      }
      return true
    }
    case 'flag.changed': {
      const { t, flag, fromValue, toValue } = observation
      seen.flagChanges.push({ flag, atMs: t, fromValue, toValue })
      return true
    }
    default:
      return true
  }
}

/** Forgets pods that are gone; their late echoes are over by the time that a new revision comes. */
export function forgetGonePods({ pods, podsAtMs }: Seen): void {
  for (const [name, { phase }] of Object.entries(pods)) {
    if (phase !== 'Gone') continue
    delete pods[name]
    delete podsAtMs[name]
  }
}

function addVersion({ totals }: Seen, { podTemplateHash, pods, requests, errors, latency }: VersionLook): void {
  const total = totals[podTemplateHash]
  if (total === undefined) {
    totals[podTemplateHash] = { podTemplateHash, pods, requests, errors, latency: [...latency], inFlight: 0, byPod: [] }
    return
  }
  total.pods = Math.max(total.pods, pods)
  total.requests += requests
  total.errors += errors
  for (let k = 0; k < latency.length; k++) total.latency[k] = (total.latency[k] ?? 0) + latency[k]!
}
