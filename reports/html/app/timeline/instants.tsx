import type { Instant, Timeline } from '../../../timeline/timeline.ts'
import { percent } from '../interval-plot.tsx'
import { clock, type TimeAxis } from './time-axis.ts'

const letterWidth = 6.2
const rowHeight = 15

interface Flag {
  readonly name: Instant
  readonly ms: number
  row: number
  readonly left: boolean
}

export function reached({ instants }: Timeline): { name: Instant; ms: number }[] {
  return (Object.entries(instants) as [Instant, number | null][])
    .flatMap(([name, ms]) => (ms === null ? [] : [{ name, ms }]))
    .sort((a, b) => a.ms - b.ms)
}

/** Names of the instants above the lanes, in as many rows as they need not to touch each other. */
export function InstantFlags({ timeline, axis, width }: { timeline: Timeline; axis: TimeAxis; width: number }) {
  const flags = placed(timeline, axis, width)
  const rows = Math.max(1, ...flags.map(({ row }) => row + 1))
  const height = rows * rowHeight + 4
  return (
    <div class="lane">
      <div class="lane-title" />
      <svg width="100%" height={height} aria-hidden="true">
        {flags.map(({ name, ms, row, left }) => {
          const y = (row + 1) * rowHeight - 4
          return (
            <g key={name}>
              <line class="instant" x1={percent(axis.at(ms))} x2={percent(axis.at(ms))} y1={y} y2={height} />
              <text class="flag" x={percent(axis.at(ms))} dx={left ? -4 : 4} y={y} text-anchor={left ? 'end' : 'start'}>
                {name} <tspan class="when">{clock(ms)}</tspan>
              </text>
            </g>
          )
        })}
      </svg>
    </div>
  )
}

/** From the right to the left, so that the line of each passes below the names of later ones. */
function placed(timeline: Timeline, axis: TimeAxis, width: number): Flag[] {
  const ends: number[] = []
  return reached(timeline)
    .reverse()
    .map(({ name, ms }) => {
      const x = axis.at(ms) * width
      const length = (name.length + clock(ms).length + 1) * letterWidth + 8
      const left = x + length > width
      const [from, to] = left ? [x - length, x] : [x, x + length]
      let row = ends.findIndex(end => end > to)
      if (row === -1) row = ends.length
      ends[row] = from
      return { name, ms, row, left }
    })
}
