import type { Timeline } from '../../../timeline/timeline.ts'
import { percent } from '../interval-plot.tsx'
import { Lane } from './lanes.tsx'
import { clock, type TimeAxis } from './time-axis.ts'

const names = { engine: 'Engine', argo: 'Argo', human: 'People', kubelet: 'Kubelet' } as const
const letterWidth = 5.6
const rowHeight = 13

interface Labelled {
  readonly atMs: number
  readonly deed: string
  readonly times: number
  readonly row: number
  readonly left: boolean
}

/** Who did what: a lane for each actor that did anything. */
export function DeedLanes({ timeline, axis, width, instantsMs }: DeedLanesProps) {
  return (
    <>
      {(Object.keys(names) as (keyof typeof names)[]).map(actor => {
        const own = labelled(
          timeline.deeds.filter(deed => deed.actor === actor),
          axis,
          width,
        )
        if (own.length === 0) return null
        const rows = Math.max(...own.map(({ row }) => row)) + 1
        return (
          <Lane
            key={actor}
            title={names[actor]}
            term="actor"
            height={rows * rowHeight + 6}
            axis={axis}
            instantsMs={instantsMs}
          >
            {own.map(({ atMs, deed, times, row, left }) => (
              <g key={`${atMs} ${deed}`} class={`deed ${actor}`}>
                <title>{`${clock(atMs)} ${deed}`}</title>
                <circle cx={percent(axis.at(atMs))} cy={row * rowHeight + 9} r="3" />
                <text
                  x={percent(axis.at(atMs))}
                  dx={left ? -6 : 6}
                  y={row * rowHeight + 13}
                  text-anchor={left ? 'end' : 'start'}
                >
                  {times === 1 ? deed : `${deed} ×${times}`}
                </text>
              </g>
            ))}
          </Lane>
        )
      })}
    </>
  )
}

interface DeedLanesProps {
  readonly timeline: Timeline
  readonly axis: TimeAxis
  readonly width: number
  readonly instantsMs: readonly number[]
}

/** In rows, so that no word touches another; the same deed again at nearly the same place is told once. */
function labelled(deeds: Timeline['deeds'], axis: TimeAxis, width: number): Labelled[] {
  const told: { atMs: number; deed: string; times: number }[] = []
  for (const { atMs, deed } of deeds) {
    const last = told.at(-1)
    if (last?.deed === deed && (axis.at(atMs) - axis.at(last.atMs)) * width < 30) last.times++
    else told.push({ atMs, deed, times: 1 })
  }
  const ends: number[] = []
  return told.map(one => {
    const x = axis.at(one.atMs) * width
    const length = (one.deed.length + (one.times > 1 ? 3 : 0)) * letterWidth + 14
    const left = x + length > width
    const [from, to] = left ? [x - length, x + 4] : [x - 4, x + length]
    let row = ends.findIndex(end => end <= from)
    if (row === -1) row = ends.length
    ends[row] = to
    return { ...one, row, left }
  })
}
