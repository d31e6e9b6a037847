/** The bound of a criterion as a number: a share, or seconds. */
export interface Bound {
  readonly amount: number
  /** The side on which it passes. */
  readonly passes: 'above' | 'below'
}

const unitsS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/** Reads `at least 95 %`, `below 5m`, `<= 300 s`, `>= 0.95`; undefined where it says something else. */
export function parseBound(text: string): Bound | undefined {
  const side = /at least|above|more|>/.test(text) ? 'above' : /below|at most|less|</.test(text) ? 'below' : undefined
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*(%|ms|s|m|h|d)?(?![a-z])/g)]
  if (side === undefined || parts.length === 0) return undefined
  const amount = parts.reduce((sum, [, number, unit]) => {
    const factor = unit === undefined ? 1 : unit === '%' ? 0.01 : unitsS[unit]!
    return sum + Number(number) * factor
  }, 0)
  return { amount: Number(amount.toPrecision(12)), passes: side }
}
