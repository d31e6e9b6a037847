/** A sentence, and the events that it rests on: by `seq`, or all from one to another. */
export interface Line {
  readonly text: string
  readonly cites: readonly Cite[]
}

export type Cite = number | { readonly from: number; readonly to: number }

/** `[e12]` is the event with `seq` 12 of the trial's log, `[e12–e90]` all from 12 to 90, `[a5]` the record with `seq` 5 of the audit log. */
export function cited({ text, cites }: Line, auditSeqs: ReadonlyMap<number, readonly number[]>): string {
  const events = cites.map(cite => (typeof cite === 'number' ? `[e${cite}]` : `[e${cite.from}–e${cite.to}]`))
  const records = cites.flatMap(cite => (typeof cite === 'number' ? (auditSeqs.get(cite) ?? []) : []))
  return [text, ...events, ...[...new Set(records)].map(seq => `[a${seq}]`)].join(' ')
}

/** What somebody else wrote, on one line and as nothing but text: it makes no heading, link, row or citation. */
export function quoted(text: string): string {
  return text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/[\\`*_{}[\]<>|#!&~]/g, '\\$&')
}

/** Time of a trial: `0:02:05.0`. */
export function clock(ms: number): string {
  const tenths = Math.round(Math.abs(ms) / 100)
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60]
  return `${ms < 0 ? '-' : ''}${hours}:${two(minutes)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`
}

/** A length of time in seconds: `12.3 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
