/** Chance that all calls of a request succeed, where it makes so many on average: so many for sure, and one more sometimes. */
export function allOf(ratio: number, calls: number): number {
  if (ratio === 1 || calls === 0) return 1
  const whole = Math.floor(calls)
  const sometimes = calls - whole
  return (whole === 1 ? ratio : ratio ** whole) * (1 - sometimes * (1 - ratio))
}

/** Variance of the time that so many calls take. */
export function varianceOfCalls(calls: number, meanS: number, varianceS2: number): number {
  const sometimes = calls - Math.floor(calls)
  return calls * varianceS2 + sometimes * (1 - sometimes) * meanS * meanS
}
