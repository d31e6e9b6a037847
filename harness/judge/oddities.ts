import type { TrialEvent } from '../model/event.ts'
import type { VersionLook } from '../model/look.ts'
import { isUsualReason } from './ill-pods.ts'
import { besideAnother, failsMore, isSlower, windowMs, windowOf } from './version-windows.ts'

/** Share of bad requests in a minute that cannot be overlooked: half of what the objective of 99 % allows. */
const oddBadShare = 0.005

/** Traffic of a minute beside that of the first one, up or down. */
const oddChange = 1.5

/** In a minute; with fewer, one failed request is more than a hundredth of them. */
const hardlyAny = 100

/** Something about a trial that may be taken for the fault of a deploy. */
export interface Oddity {
  readonly t: number
  readonly kind: 'requests' | 'pod' | 'telemetry' | 'versions' | 'traffic'
  readonly what: string
}

/**
 * What looks odd in a log without luck in which no deploy is bad: the first of each kind, in order of time. Bad requests, pods that fall
 * ill or are sent away, looks that are missed, a version that is slower or fails more than the other one beside it, and traffic that
 * comes, goes or is hardly there.
 */
export function oddities(events: readonly TrialEvent[]): Oddity[] {
  const found = [badMinute(events), illPod(events), missedLook(events), unlikeVersions(events), oddTraffic(events)]
  return found.filter(one => one !== undefined).sort((a, b) => a.t - b.t)
}

function badMinute(events: readonly TrialEvent[]): Oddity | undefined {
  for (const { t, requests, bad } of minutesOf(events)) {
    if (bad >= besideAnother.errors && bad / requests >= oddBadShare)
      return { t, kind: 'requests', what: 'requests are bad' }
  }
  return undefined
}

/** A pod is ill, or stops to be Ready while the version that it is of is the one to be. */
function illPod(events: readonly TrialEvent[]): Oddity | undefined {
  const ready = new Set<string>()
  let currentHash = ''
  for (const { t, type, data } of events) {
    if (type === 'rollout.changed') currentHash = data.currentHash
    if (type !== 'pod.changed') continue
    const { name, phase, restarts, waitingReason } = data
    if (phase === 'Failed') return { t, kind: 'pod', what: `${name} is evicted` }
    if (restarts > 0) return { t, kind: 'pod', what: `${name} restarts` }
    if (!isUsualReason(waitingReason)) return { t, kind: 'pod', what: `${name} waits, ${waitingReason}` }
    if (data.ready) ready.add(name)
    else if (ready.has(name) && data.podTemplateHash === currentHash)
      return { t, kind: 'pod', what: `${name} is no longer Ready` }
  }
  return undefined
}

/** The first look of a trial is always missed: it has none before it. */
function missedLook(events: readonly TrialEvent[]): Oddity | undefined {
  const firstTaken = events.findIndex(({ type }) => type === 'look.taken')
  const missed = events.find(({ type }, i) => type === 'look.missed' && i > firstTaken)
  return missed === undefined ? undefined : { t: missed.t, kind: 'telemetry', what: 'a look is missed' }
}

type TimedLook = VersionLook & { readonly toMs: number }

function unlikeVersions(events: readonly TrialEvent[]): Oddity | undefined {
  let window: [TimedLook, TimedLook][] = []
  for (const { t, type, data } of events) {
    if (type !== 'look.taken' || data.versions.length !== 2) continue
    const { toMs } = data
    const [one, other] = data.versions.map(version => ({ ...version, toMs })) as [TimedLook, TimedLook]
    const isSamePair = window[0]?.[0].podTemplateHash === one.podTemplateHash
    window = [...(isSamePair ? window : []), [one, other] as [TimedLook, TimedLook]].filter(
      ([look]) => look.toMs > toMs - windowMs,
    )
    const [left, right] = [windowOf(window.map(pair => pair[0])), windowOf(window.map(pair => pair[1]))]
    if (isSlower(left, right, besideAnother) || isSlower(right, left, besideAnother))
      return { t, kind: 'versions', what: 'one version is slower than the other' }
    if (failsMore(left, right, besideAnother) || failsMore(right, left, besideAnother))
      return { t, kind: 'versions', what: 'one version fails more than the other' }
  }
  return undefined
}

function oddTraffic(events: readonly TrialEvent[]): Oddity | undefined {
  const minutes = minutesOf(events)
  const usual = minutes[0]?.requests ?? 0
  for (const { t, requests } of minutes) {
    if (requests < hardlyAny) return { t, kind: 'traffic', what: 'there is hardly any traffic' }
    if (Math.max(requests / usual, usual / requests) >= oddChange)
      return { t, kind: 'traffic', what: 'traffic is not what it was' }
  }
  return undefined
}

/** Cells by the minute; the last one where it is whole. */
function minutesOf(events: readonly TrialEvent[]) {
  const minutes: { t: number; requests: number; bad: number }[] = []
  let minute = { requests: 0, bad: 0 }
  for (const { t, type, data } of events) {
    if (type !== 'truth.cell') continue
    minute = { requests: minute.requests + data.requests, bad: minute.bad + data.bad }
    if (t % windowMs !== 0) continue
    minutes.push({ t, ...minute })
    minute = { requests: 0, bad: 0 }
  }
  return minutes
}
