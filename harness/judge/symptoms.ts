import type { TrialEvent } from '../model/event.ts'
import type { Symptom } from '../model/ground-truth.ts'
import type { VersionLook } from '../model/look.ts'
import { besideItself, failsMore, isSlower, windowMs, windowOf } from './version-windows.ts'

/** When each symptom first showed. */
export type SymptomTimes = Readonly<Partial<Record<Symptom, number>>>

/**
 * How long pods have to lack, or requests to be bad where no look shows why, before somebody notices. Also how much later than in the
 * control a restart may come that the control has as well.
 */
const patienceMs = 30_000

/** Bad requests of users in a minute beyond the control's: a few more or less are slow as it happens. */
const fewestBad = 6

/** What shows first in a faulty log beside its control's, both without luck and with nobody acting. */
export function firstSymptom(faulty: readonly TrialEvent[], control: readonly TrialEvent[]): Symptom {
  const [first] = Object.entries(symptomTimes(faulty, control)).sort(([, a], [, b]) => a - b)
  return (first?.[0] ?? 'none') as Symptom
}

/**
 * When each symptom first shows, by what an observer has of the service.
 *
 * `errors` and `latency`: looks of a minute in which a version fails more, or is slower, than the same version in the control. `restarts`:
 * one more than in the control. `unready`: pods of a version are Ready in the control and not here, for half a minute. `timeouts`: users'
 * requests are bad, and half a minute later no look has shown errors or slowness.
 */
export function symptomTimes(faulty: readonly TrialEvent[], control: readonly TrialEvent[]): SymptomTimes {
  const times = {
    ...lookSymptoms(faulty, control),
    restarts: firstExtraRestart(faulty, control),
    unready: firstShortfall(faulty, control),
  }
  const badMs = firstBadMinute(faulty, control)
  const isExplained = [times.errors, times.latency].some(t => t !== undefined && badMs !== undefined && t <= badMs)
  const all = { ...times, timeouts: isExplained ? undefined : badMs }
  return Object.fromEntries(Object.entries(all).filter(([, t]) => t !== undefined))
}

type TimedLook = VersionLook & { readonly toMs: number }

function lookSymptoms(
  faulty: readonly TrialEvent[],
  control: readonly TrialEvent[],
): { errors: number | undefined; latency: number | undefined } {
  const others = new Map(looksOf(control).map(look => [`${look.podTemplateHash} ${look.toMs}`, look]))
  const pairs = new Map<string, [TimedLook, TimedLook][]>()
  let errors: number | undefined
  let latency: number | undefined
  for (const look of looksOf(faulty)) {
    const { podTemplateHash, toMs } = look
    const other = others.get(`${podTemplateHash} ${toMs}`)
    if (other === undefined) continue
    const window = [...(pairs.get(podTemplateHash) ?? []), [look, other] as [TimedLook, TimedLook]].filter(
      ([one]) => one.toMs > toMs - windowMs,
    )
    pairs.set(podTemplateHash, window)
    const here = windowOf(window.map(([one]) => one))
    const there = windowOf(window.map(([, one]) => one))
    if (errors === undefined && failsMore(here, there, besideItself)) errors = toMs
    if (latency === undefined && isSlower(here, there, besideItself)) latency = toMs
    if (errors !== undefined && latency !== undefined) break
  }
  return { errors, latency }
}

function looksOf(events: readonly TrialEvent[]): TimedLook[] {
  return events.flatMap(({ type, data }) =>
    type === 'look.taken' ? data.versions.map(version => ({ ...version, toMs: data.toMs })) : [],
  )
}

function firstExtraRestart(faulty: readonly TrialEvent[], control: readonly TrialEvent[]): number | undefined {
  const usual = restartTimes(control)
  return restartTimes(faulty).find((t, i) => usual[i] === undefined || usual[i] > t + patienceMs)
}

/** One time for each restart of any container. */
function restartTimes(events: readonly TrialEvent[]): number[] {
  const seen = new Map<string, number>()
  return events.flatMap(({ t, type, data }) => {
    if (type !== 'pod.changed') return []
    const more = data.restarts - (seen.get(data.name) ?? 0)
    if (more <= 0) return []
    seen.set(data.name, data.restarts)
    return new Array<number>(more).fill(t)
  })
}

/** Ready pods of each version after every change of any. */
interface ReadyChange {
  readonly t: number
  readonly podTemplateHash: string
  readonly ready: number
}

function firstShortfall(faulty: readonly TrialEvent[], control: readonly TrialEvent[]): number | undefined {
  const here = readyChanges(faulty).map(change => ({ ...change, isHere: true }))
  const there = readyChanges(control).map(change => ({ ...change, isHere: false }))
  const changes = [...here, ...there].sort((a, b) => a.t - b.t)
  const ready = new Map<string, { here: number; there: number; shortSinceMs: number | null }>()
  const endMs = faulty.at(-1)?.t ?? 0
  let first = Number.POSITIVE_INFINITY
  const lasted = (sinceMs: number | null, t: number) => {
    if (sinceMs !== null && t - sinceMs >= patienceMs) first = Math.min(first, sinceMs + patienceMs)
  }
  for (const { t, podTemplateHash, ready: count, isHere } of changes) {
    const version = ready.get(podTemplateHash) ?? { here: 0, there: 0, shortSinceMs: null }
    ready.set(podTemplateHash, version)
    if (isHere) version.here = count
    else version.there = count
    if (version.here < version.there) version.shortSinceMs ??= t
    else {
      lasted(version.shortSinceMs, t)
      version.shortSinceMs = null
    }
  }
  for (const { shortSinceMs } of ready.values()) lasted(shortSinceMs, endMs)
  return Number.isFinite(first) ? first : undefined
}

function readyChanges(events: readonly TrialEvent[]): ReadyChange[] {
  const ready = new Map<string, Set<string>>()
  return events.flatMap(({ t, type, data }) => {
    if (type !== 'pod.changed') return []
    const { name, podTemplateHash, phase } = data
    const pods = ready.get(podTemplateHash) ?? new Set()
    ready.set(podTemplateHash, pods)
    const before = pods.size
    if (data.ready && phase === 'Running') pods.add(name)
    else pods.delete(name)
    return pods.size === before ? [] : [{ t, podTemplateHash, ready: pods.size }]
  })
}

function firstBadMinute(faulty: readonly TrialEvent[], control: readonly TrialEvent[]): number | undefined {
  const usual = new Map(cellsOf(control).map(({ fromMs, bad }) => [fromMs, bad]))
  let window: { t: number; excess: number }[] = []
  for (const { t, fromMs, bad } of cellsOf(faulty)) {
    window = [...window, { t, excess: bad - (usual.get(fromMs) ?? 0) }].filter(cell => cell.t > t - windowMs)
    if (window.reduce((sum, cell) => sum + cell.excess, 0) >= fewestBad) return t + patienceMs
  }
  return undefined
}

function cellsOf(events: readonly TrialEvent[]) {
  return events.flatMap(({ t, type, data }) => (type === 'truth.cell' ? [{ t, ...data }] : []))
}
