import type { PracticeCell } from '../../harness/judge/practice.ts'
import type { Counted } from '../../harness/judge/rates.ts'
import type { Estimate } from '../../harness/judge/summary.ts'
import { formatCount, formatRate, formatRatio, formatSeconds, undefinedMark } from '../format.ts'

export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n')
}

export function code(text: string): string {
  return `\`${text}\``
}

/** `48.1% (45.2–51)`. */
export function rateText(rate: Estimate): string {
  return bracketed(formatRate(rate))
}

/** A mean and its interval. */
export function meanText({ value, low, high }: Estimate, format = formatCount): string {
  if (value === null) return undefinedMark
  return `${format(value)} (${format(low)} to ${format(high)})`.replaceAll('-', '−')
}

/** A difference of rates in percentage points. */
export function pointsText({ value, low, high }: Estimate): string {
  if (value === null) return undefinedMark
  const points = (share: number | null) => (share === null ? undefinedMark : signed((share * 100).toFixed(1)))
  return `${points(value)} (${points(low)} to ${points(high)})`
}

/** A difference of means. */
export function signedText({ value, low, high }: Estimate): string {
  if (value === null) return undefinedMark
  const digits = Math.abs(value) < 10 ? 1 : 0
  const text = (one: number | null) => (one === null ? undefinedMark : signed(one.toFixed(digits)))
  return `${text(value)} (${text(low)} to ${text(high)})`
}

/** A quantile of times; one that the horizon cuts off is beyond it. */
export function quantileText({ value }: Estimate, horizonS: number): string {
  return value === null ? `over ${formatSeconds(horizonS)}` : formatSeconds(value)
}

/** A share with a sign that tells without colour: all, none, some. */
export function marked({ count, n }: Counted): string {
  return n === 0 ? undefinedMark : `${count === n ? '●' : count === 0 ? '○' : '◐'} ${formatRatio(count / n)}`
}

/** The same of what is caught; what stands still has a sign of its own. */
export function caughtText({ caught, stoodStill }: PracticeCell): string {
  const { count, n } = caught
  return n > 0 && count === 0 && stoodStill === n ? '▢ 0%' : marked(caught)
}

function bracketed(rate: string): string {
  const [value, ends] = rate.split(' ')
  return ends === undefined ? rate : `${value} (${ends})`
}

function signed(text: string): string {
  const number = Number(text)
  return number === 0 ? '0' : number < 0 ? `−${text.slice(1)}` : `+${text}`
}
