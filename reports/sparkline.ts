const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const

/**
 * A character a value: the lowest bar is 0 and nothing else, the highest `top` or more; a blank where there is no value.
 * @param top above 0
 */
export function sparkline(values: readonly (number | null)[], top: number): string {
  return values.map(value => (value === null ? ' ' : barOf(value / top))).join('')
}

function barOf(share: number): string {
  if (share <= 0) return bars[0]
  return bars[Math.min(bars.length - 1, Math.max(1, Math.round(share * (bars.length - 1))))]!
}
