/** One line of the bench: the median of several repeats and their range. */
export interface Figure {
  readonly figure: string
  readonly unit: string
  readonly value: number
  readonly low: number
  readonly high: number
  readonly repeats: number
  /** What we want, and what is still acceptable. */
  readonly aim?: number
  readonly floor?: number
}

export function figureOf(
  figure: string,
  unit: string,
  repeats: readonly number[],
  bounds: { readonly aim?: number; readonly floor?: number } = {},
): Figure {
  const sorted = repeats.toSorted((a, b) => a - b)
  const value = (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
  const rounded = { value: round(value), low: round(sorted[0]!), high: round(sorted.at(-1)!) }
  return { figure, unit, ...rounded, repeats: sorted.length, ...bounds }
}

/** Three digits that count. */
function round(value: number): number {
  return Number(value.toPrecision(3))
}

/** Milliseconds of CPU that the whole process spends on something, its garbage collector and compiler included. */
export function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
