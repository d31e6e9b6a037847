import type { Estimate } from '../../../harness/judge/summary.ts'
import type { Scale } from './scale.ts'

interface IntervalPlotProps {
  readonly estimate: Estimate
  readonly scale: Scale
  /** 95th percentile. */
  readonly tick?: number | null
  /** The median lies beyond what was followed. */
  readonly beyond?: boolean
  /** Same as the row above. */
  readonly faint?: boolean
}

const height = 14

/** A dot with its interval on a shared axis. The figures stand beside it as text, so it tells a reader of screens nothing more. */
export function IntervalPlot({ estimate, scale, tick = null, beyond = false, faint = false }: IntervalPlotProps) {
  const { value, low, high } = estimate
  const y = height / 2
  return (
    <svg class={faint ? 'plot faint' : 'plot'} width="100%" height={height} aria-hidden="true">
      {scale.ticks.map(amount => (
        <line key={amount} class="grid" x1={place(scale.at(amount))} x2={place(scale.at(amount))} y1="0" y2={height} />
      ))}
      {low !== null && high !== null && (
        <line class="interval" x1={place(scale.at(low))} x2={place(scale.at(high))} y1={y} y2={y} />
      )}
      {tick !== null && (
        <line class="tick" x1={place(scale.at(tick))} x2={place(scale.at(tick))} y1={y - 4} y2={y + 4} />
      )}
      {value !== null && <circle class="dot" cx={place(scale.at(value))} cy={y} r="3.5" />}
      {beyond && (
        <text class="beyond" x="100%" y={y + 4} text-anchor="end">
          ›
        </text>
      )}
    </svg>
  )
}

/** The axis below plots of one scale. */
export function Axis({ scale, format }: { scale: Scale; format: (amount: number) => string }) {
  return (
    <svg class="plot axis" width="100%" height="16" aria-hidden="true">
      {spaced(scale).map((amount, i) => (
        <text
          key={amount}
          x={place(scale.at(amount))}
          y="12"
          text-anchor={scale.at(amount) > 0.9 ? 'end' : scale.at(amount) < 0.1 && i === 0 ? 'start' : 'middle'}
        >
          {format(amount)}
        </text>
      ))}
    </svg>
  )
}

/** Ticks that leave room for their text, from both ends inwards. */
function spaced({ ticks, at }: Scale): number[] {
  const shown: number[] = []
  for (const amount of [ticks[0]!, ticks.at(-1)!, ...ticks.slice(1, -1)])
    if (shown.every(other => Math.abs(at(other) - at(amount)) > room)) shown.push(amount)
  return shown
}

const room = 0.33

/** A place in a plot; its ends are a little inside, so that a dot is whole there. */
export function place(share: number): string {
  return percent(0.02 + share * 0.96)
}

/** A length in a plot. */
export function extent(share: number): string {
  return percent(share * 0.96)
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(2)}%`
}
