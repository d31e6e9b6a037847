import type { ResultRow } from '../../../harness/judge/summary.ts'
import { place } from './interval-plot.tsx'
import { formatAmount, type Measure } from './measures.ts'
import type { Scale } from './scale.ts'

interface Mark {
  readonly at: number
  readonly levels: readonly string[]
  readonly told: string
  readonly beyond: boolean
}

/** Marks nearer than this share of the axis to each other are one. */
const nearest = 0.045

/** The levels of one scenario on an axis, each by its number. */
export function LevelMarks({ rows, measure, scale }: { rows: readonly ResultRow[]; measure: Measure; scale: Scale }) {
  const marks = marksOf(rows, measure, scale)
  if (marks.length === 0) return <span class="dim">–</span>
  const ends = marks.map(({ at }) => at)
  const [from, to] = [Math.min(...ends), Math.max(...ends)]
  return (
    <svg class="plot marks" width="100%" height="22" role="img" aria-label={marks.map(({ told }) => told).join('; ')}>
      {scale.ticks.map(amount => (
        <line key={amount} class="grid" x1={place(scale.at(amount))} x2={place(scale.at(amount))} y1="0" y2="22" />
      ))}
      {to > from && <line class="interval" x1={place(from)} x2={place(to)} y1="16" y2="16" />}
      {marks.map(({ at, levels, beyond }) => (
        <g key={levels.join()}>
          {beyond ? (
            <text class="beyond" x={place(at)} y="20" text-anchor="middle">
              ›
            </text>
          ) : (
            <circle class="dot" cx={place(at)} cy="16" r="3.5" />
          )}
          <text class="level" x={place(at)} y="9" text-anchor={at > 0.92 ? 'end' : at < 0.06 ? 'start' : 'middle'}>
            {rangesOf(levels)}
          </text>
        </g>
      ))}
    </svg>
  )
}

function marksOf(rows: readonly ResultRow[], measure: Measure, scale: Scale): Mark[] {
  const placed = rows.flatMap(row => {
    const { value } = measure.of(row)
    const beyond = measure.censored?.(row) === true
    if (value === null && !beyond) return []
    const at = value === null ? 1 : scale.at(value)
    const text = beyond ? 'not reached' : formatAmount(measure.unit, value)
    return [{ at, levels: [row.level.slice(1)], told: `${row.level} ${text}`, beyond }]
  })
  const marks: Mark[] = []
  for (const mark of placed.sort((a, b) => a.at - b.at || a.levels[0]!.localeCompare(b.levels[0]!))) {
    const last = marks.at(-1)
    if (last !== undefined && last.beyond === mark.beyond && mark.at - last.at < nearest) {
      marks[marks.length - 1] = {
        ...last,
        levels: [...last.levels, ...mark.levels].sort(),
        told: `${last.told}; ${mark.told}`,
      }
    } else marks.push(mark)
  }
  return marks
}

/** `1–4`, `0,2–4`. */
function rangesOf(levels: readonly string[]): string {
  const ranges: [number, number][] = []
  for (const level of levels.map(Number)) {
    const last = ranges.at(-1)
    if (last !== undefined && level === last[1] + 1) last[1] = level
    else ranges.push([level, level])
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(',')
}
