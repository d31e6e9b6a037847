import type { Estimate, Verdict } from '../harness/judge/summary.ts'
import { formatDuration } from '../harness/model/duration.ts'
import type { Level } from '../harness/model/effect.ts'

/** Stands where a figure is not defined, or a quantile not reached before the horizon. */
export const undefinedMark = '–'

/** Signs that tell the verdicts apart without colour. */
export const verdictSigns: Readonly<Record<Verdict, string>> = { pass: '✔', fail: '✖', inconclusive: '?' }

/** A ratio as a percentage of three figures or so: `98.7%`, `0.04%`, `100%`. */
export function formatRatio(ratio: number | null): string {
  return ratio === null ? undefinedMark : `${percentage(ratio)}%`
}

/** A ratio and its interval: `98.7% 96.6–99.5`. */
export function formatRate({ value, low, high }: Estimate): string {
  if (value === null) return undefinedMark
  return low === null || high === null
    ? formatRatio(value)
    : `${formatRatio(value)} ${percentage(low)}–${percentage(high)}`
}

/** Seconds for people: `5.1s`, `1m44s`, `2h34m`; from an hour on without the seconds. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return undefinedMark
  if (seconds < 10) return `${trimZero(seconds.toFixed(1))}s`
  const stepS = seconds < 3600 ? 1 : 60
  return formatDuration(Math.round(seconds / stepS) * stepS * 1000)
}

/** A mean count: whole from ten on. */
export function formatCount(count: number | null): string {
  return count === null ? undefinedMark : count < 10 ? trimZero(count.toFixed(1)) : count.toFixed(0)
}

/** Neighbouring levels: `L1–L3`, or `L1` where it is one. */
export function formatLevels(from: Level, to: Level): string {
  return from === to ? from : `${from}–${to}`
}

function percentage(ratio: number): string {
  const percent = ratio * 100
  if (percent > 0 && percent < 0.1) return percent.toFixed(2)
  // Neither 0 nor 100 may be rounded to.
  if (percent < 100 && percent >= 99.95) return percent.toFixed(2).replace('100.00', '99.99')
  return trimZero(percent.toFixed(1))
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '')
}
