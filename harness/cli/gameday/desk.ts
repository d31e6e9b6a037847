import { describeAction } from '../../../remediator/gate/action-text.ts'
import type { EventData, TrialEvent } from '../../model/event.ts'
import type { SafeAction } from '../../model/safe-action.ts'

/** How a version did in one look. */
export interface VersionPoint {
  /** null without requests. */
  readonly errorRatio: number | null
  /** 95th percentile of successful requests; null without any. */
  readonly p95Ms: number | null
}

export interface Version {
  readonly hash: string
  readonly name: string
  /** Of the last looks, the latest last. */
  readonly points: VersionPoint[]
  pods: number
}

/** An action that the engine asks people to approve. */
export interface Question {
  readonly number: number
  readonly effectId: string
  readonly action: string
  readonly askedMs: number
  isOpen: boolean
}

/** What the team knows: a fold over what the trial's log tells, without the ground truth in it. */
export interface Desk {
  rollout: EventData<'rollout.changed'> | null
  /** In the order in which they came. */
  readonly versions: Version[]
  pages: number
  /** Pages that nobody has taken. */
  unanswered: number
  /** When the first of these came; null where there is none. */
  waitingSinceMs: number | null
  readonly questions: Question[]
  /** Somebody has looked since the last page was taken. */
  hasLooked: boolean
  /** The team has said what they think is wrong. */
  saidCause: boolean
  /** When somebody or something last did anything, or a request last suffered: for the end of the game alone. */
  lastDeedMs: number
  lastTouchedMs: number | null
}

const pointsKept = 40

export function createDesk(): Desk {
  return {
    rollout: null,
    versions: [],
    pages: 0,
    unanswered: 0,
    waitingSinceMs: null,
    questions: [],
    hasLooked: true,
    saidCause: false,
    lastDeedMs: 0,
    lastTouchedMs: null,
  }
}

/** @param bucketsS upper bounds of the latency buckets, the last one left out as it is +Inf */
export function follow(desk: Desk, { type, t, data }: TrialEvent, bucketsS: readonly number[]): void {
  switch (type) {
    case 'rollout.changed':
      desk.rollout = data
      if (desk.versions.length === 0) addVersion(desk, data.currentHash, data.revision)
      break
    case 'release.updated':
      addVersion(desk, data.podTemplateHash, data.revision)
      desk.lastDeedMs = t
      break
    case 'traffic.shifted':
      for (const version of desk.versions)
        version.pods = data.versions.find(one => one.podTemplateHash === version.hash)?.pods ?? 0
      break
    case 'look.taken':
      for (const { podTemplateHash, requests, errors, latency } of data.versions) {
        const points = desk.versions.find(({ hash }) => hash === podTemplateHash)?.points
        points?.push({
          errorRatio: requests === 0 ? null : errors / requests,
          p95Ms: quantileMs(latency, bucketsS, 0.95),
        })
        if (points !== undefined && points.length > pointsKept) points.shift()
      }
      break
    case 'truth.cell':
      if (data.touched > 0) desk.lastTouchedMs = t
      break
    case 'page.sent':
      desk.pages++
      desk.unanswered++
      desk.waitingSinceMs ??= t
      desk.lastDeedMs = t
      break
    case 'page.acknowledged':
      desk.unanswered = 0
      desk.waitingSinceMs = null
      desk.hasLooked = false
      desk.lastDeedMs = t
      break
    case 'person.looked':
      desk.hasLooked = true
      break
    case 'cause.found':
      desk.saidCause = true
      break
    case 'operation.started':
    case 'detector.fired':
      desk.lastDeedMs = t
      break
    case 'approval.asked':
      desk.questions.push({
        number: desk.questions.length + 1,
        effectId: data.effectId,
        action: describeAction(JSON.parse(data.action) as SafeAction),
        askedMs: t,
        isOpen: true,
      })
      desk.lastDeedMs = t
      break
    case 'approval.answered': {
      const question = desk.questions.find(({ effectId }) => effectId === data.effectId)
      if (question !== undefined) question.isOpen = false
      break
    }
  }
}

function addVersion({ versions }: Desk, hash: string, revision: number): void {
  if (versions.some(version => version.hash === hash)) return
  versions.push({ hash, name: `r${revision}`, points: [], pods: 0 })
}

/** Linear within its bucket, as `histogram_quantile` of Prometheus has it; above the last bound that bound. */
export function quantileMs(counts: readonly number[], bucketsS: readonly number[], q: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let left = q * total
  for (const [i, boundS] of bucketsS.entries()) {
    const count = counts[i] ?? 0
    const fromS = i === 0 ? 0 : bucketsS[i - 1]!
    if (left <= count && count > 0) return 1000 * (fromS + (boundS - fromS) * (left / count))
    left -= count
  }
  return 1000 * (bucketsS.at(-1) ?? 0)
}

/** The rollout has come to an end: promoted, or taken back. */
function isSettled({ rollout }: Desk): boolean {
  return rollout === null || rollout.aborted || rollout.currentHash === rollout.stableHash
}

/** Nothing suffers and nobody does anything for this long before a game ends by itself. */
const quietMs = 180_000

/** Something has suffered, all has been well and quiet for a while, and nobody waits for the team. Known to the game, and to nobody in it before its end. */
export function isOver(desk: Desk, nowMs: number): boolean {
  const { lastTouchedMs, lastDeedMs, unanswered, questions } = desk
  const isAwaited = unanswered > 0 || questions.some(({ isOpen }) => isOpen)
  if (lastTouchedMs === null || !isSettled(desk) || isAwaited) return false
  return nowMs - Math.max(lastTouchedMs, lastDeedMs) >= quietMs
}
