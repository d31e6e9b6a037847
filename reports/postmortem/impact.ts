import type { TrialEvent } from '../../harness/model/event.ts'

/** Share of bad requests above which users feel it: what the objective of the shipped subject, 99 %, leaves. */
export const badShare = 0.01

/** Fewer bad requests in a minute than this are chance, where hardly anybody asks. */
export const leastBad = 10
export const minuteMs = 60_000

/** A minute of trial time with more bad requests than the objective leaves, and than chance brings. */
export interface BadMinute {
  readonly type: 'minute'
  /** Of the first and last cell in it. */
  readonly fromSeq: number
  readonly seq: number
  /** When it begins. */
  readonly t: number
  readonly requests: number
  readonly bad: number
}

export function badMinutes(events: readonly TrialEvent[]): BadMinute[] {
  const minutes = new Map<number, BadMinute>()
  for (const event of events) {
    if (event.type !== 'truth.cell') continue
    const { fromMs, requests, bad } = event.data
    const t = Math.floor(fromMs / minuteMs) * minuteMs
    const known = minutes.get(t) ?? { fromSeq: event.seq, requests: 0, bad: 0 }
    minutes.set(t, {
      type: 'minute',
      fromSeq: known.fromSeq,
      seq: event.seq,
      t,
      requests: known.requests + requests,
      bad: known.bad + bad,
    })
  }
  return [...minutes.values()].filter(({ requests, bad }) => bad >= leastBad && bad > requests * badShare)
}

/** What users felt between two events. */
export interface Impact {
  readonly requests: number
  readonly bad: number
  readonly badMinutes: number
  /** After the horizon, by the rates that are carried on; null where nothing is. */
  readonly badCarried: number | null
}

export function impactOf(events: readonly TrialEvent[]): Impact {
  let requests = 0
  let bad = 0
  let badCarried: number | null = null
  let carried: { t: number; badPerHour: number } | null = null
  const last = events.at(-1)
  for (const event of events) {
    if (event.type === 'truth.cell') {
      requests += event.data.requests
      bad += event.data.bad
    }
    if (event.type !== 'truth.carried' && event !== last) continue
    if (carried !== null) badCarried = (badCarried ?? 0) + (carried.badPerHour * (event.t - carried.t)) / 3_600_000
    if (event.type === 'truth.carried') carried = { t: event.t, badPerHour: event.data.badPerHour }
  }
  return { requests, bad, badMinutes: badMinutes(events).length, badCarried }
}
