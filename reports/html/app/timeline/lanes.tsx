import type { ComponentChildren } from 'preact'
import type { TermName } from '../definitions.ts'
import { percent } from '../interval-plot.tsx'
import { Term } from '../term.tsx'
import type { TimeAxis } from './time-axis.ts'

interface LaneProps {
  readonly title: string
  readonly term?: TermName
  readonly note?: string
  readonly height: number
  readonly axis: TimeAxis
  readonly instantsMs: readonly number[]
  readonly children: ComponentChildren
}

/** One quantity over the time that all lanes share, with the instants through it. */
export function Lane({ title, term, note, height, axis, instantsMs, children }: LaneProps) {
  return (
    <div class="lane">
      <div class="lane-title">
        {term === undefined ? title : <Term of={term}>{title}</Term>}
        {note !== undefined && <small>{note}</small>}
      </div>
      <svg width="100%" height={height} aria-hidden="true">
        {axis.ticks.map(({ ms }) => (
          <line key={ms} class="grid" x1={percent(axis.at(ms))} x2={percent(axis.at(ms))} y1="0" y2={height} />
        ))}
        {axis.evenEnd < 1 && (
          <rect class="later" x={percent(axis.evenEnd)} width={percent(1 - axis.evenEnd)} y="0" height={height} />
        )}
        {children}
        {instantsMs.map(ms => (
          <line key={ms} class="instant" x1={percent(axis.at(ms))} x2={percent(axis.at(ms))} y1="0" y2={height} />
        ))}
      </svg>
    </div>
  )
}

/** Height of a figure in a lane of shares. */
interface PathProps {
  readonly axis: TimeAxis
  readonly points: readonly (readonly [ms: number, amount: number | null])[]
  /** Amount at the lane's top. */
  readonly most: number
  readonly height: number
  readonly className: string
  /** Each amount holds up to the next point. */
  readonly steps?: boolean
  /** Filled to the bottom. */
  readonly filled?: boolean
}

/** A line through a lane; gaps where there is no amount. Drawn on a canvas of a thousand by its height, as wide as the lane. */
export function Path({ axis, points, most, height, className, steps = false, filled = false }: PathProps) {
  const y = (amount: number) => (height - 1 - Math.min(1, amount / most) * (height - 3)).toFixed(1)
  let path = ''
  let from: string | null = null
  let last = ''
  for (const [ms, amount] of points) {
    const x = (axis.at(ms) * 1000).toFixed(1)
    if (amount === null) {
      if (filled && from !== null) path += `V${height}H${from}Z`
      from = null
    } else if (from === null) {
      path += filled ? `M${x} ${height}V${y(amount)}` : `M${x} ${y(amount)}`
      from = x
    } else path += steps ? `H${x}V${y(amount)}` : `L${x} ${y(amount)}`
    last = x
  }
  if (filled && from !== null && last !== '') path += `V${height}H${from}Z`
  return (
    <svg aria-hidden="true" width="100%" height={height} viewBox={`0 0 1000 ${height}`} preserveAspectRatio="none">
      <path class={className} d={path} vector-effect="non-scaling-stroke" />
    </svg>
  )
}
