import { styleText } from 'node:util'
import type { Moment } from '../../reports/timeline/moments.ts'
import { plainColumns, wrapText } from './columns.ts'

/**
 * Moments one below the other, with the time of each in minutes and seconds. Moments that follow each other with the same text are told
 * once, with their number.
 */
export function renderTimeline(
  moments: readonly Moment[],
  { color, columns = plainColumns }: { readonly color: boolean; readonly columns?: number },
): string {
  const rows = folded(moments)
  const marks = Math.max(0, ...rows.map(({ mark = '' }) => mark.length))
  const times = rows.map(({ atMs }) => formatTime(atMs))
  const timeWidth = Math.max(0, ...times.map(time => time.length))
  return rows
    .flatMap(({ mark = '', text, tone, times: repeated, untilMs }, i) => {
      const more = repeated === 1 ? '' : `  (${repeated} times, until ${formatTime(untilMs).trim()})`
      const margin = `${times[i]!.padStart(timeWidth)}  ${marks === 0 ? '' : `${mark.padEnd(marks)}  `}`
      const lines = wrapText(`${text}${more}`, columns - margin.length)
      return lines.map((line, n) => {
        const whole = `${n === 0 ? margin : ' '.repeat(margin.length)}${line}`.trimEnd()
        return color && tone !== undefined ? styleText(tone, whole, { validateStream: false }) : whole
      })
    })
    .map(line => `${line}\n`)
    .join('')
}

/** Time of a trial: `2:05.3`, from an hour on `1:02:05`. */
export function formatTime(ms: number): string {
  const sign = ms < 0 ? '-' : ''
  const tenths = Math.round(Math.abs(ms) / 100)
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor((tenths % 36_000) / 600)]
  const seconds = ((tenths % 600) / 10).toFixed(hours > 0 ? 0 : 1).padStart(hours > 0 ? 2 : 4, '0')
  return `${sign}${hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}` : minutes}:${seconds}`
}

function folded(moments: readonly Moment[]): (Moment & { times: number; untilMs: number })[] {
  const rows: (Moment & { times: number; untilMs: number })[] = []
  for (const moment of moments) {
    const last = rows.at(-1)
    if (last !== undefined && last.text === moment.text && last.mark === moment.mark) {
      last.times++
      last.untilMs = moment.atMs
    } else rows.push({ ...moment, times: 1, untilMs: moment.atMs })
  }
  return rows
}
