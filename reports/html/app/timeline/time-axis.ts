import type { Timeline } from '../../../timeline/timeline.ts'

/** Time of a trial from left to right: even up to the horizon, then by its ratios to it, as people go on for a day. */
export interface TimeAxis {
  /** 0 to 1. */
  readonly at: (ms: number) => number
  readonly ticks: readonly { readonly ms: number; readonly label: string }[]
  /** Where even time ends; 1 where nothing happens afterwards. */
  readonly evenEnd: number
}

const evenShare = 0.76
const hourMs = 3_600_000

/** @param wide whether there is room for a tick every five minutes */
export function timeAxis({ horizonMs, endMs, moments }: Timeline, wide: boolean): TimeAxis {
  const goesOn = endMs > horizonMs && moments.some(({ atMs }) => atMs > horizonMs)
  const evenEnd = goesOn ? evenShare : 1
  const at = (ms: number) => {
    if (ms <= horizonMs) return Math.max(0, (ms / horizonMs) * evenEnd)
    return evenEnd + (Math.log(Math.min(ms, endMs) / horizonMs) / Math.log(endMs / horizonMs)) * (1 - evenEnd)
  }
  const stepMs = horizonMs > 2 * hourMs ? hourMs : (wide ? 5 : 10) * 60_000
  const even = Array.from({ length: Math.floor(horizonMs / stepMs) + 1 }, (_, i) => i * stepMs)
  const later = goesOn ? [2, 6, 24].map(hours => hours * hourMs).filter(ms => ms > horizonMs * 1.5 && ms <= endMs) : []
  return {
    at,
    evenEnd,
    ticks: [...even, ...(wide ? later : later.slice(-1))].map(ms => ({ ms, label: tickLabel(ms) })),
  }
}

function tickLabel(ms: number): string {
  if (ms === 0) return '0'
  return ms % hourMs === 0 && ms >= 2 * hourMs ? `${ms / hourMs}h` : `${ms / 60_000}m`
}

/** `2:05`, from an hour on `3:02 h`. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`
}
