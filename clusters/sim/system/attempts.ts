/** Failure shares below this count as none, so that a system settles. */
const negligibleRatio = 1e-6

export function negligibleAsNone(ratio: number): number {
  return ratio < negligibleRatio ? 0 : ratio
}

/** Attempts of a call whose attempts fail with one probability, independently. */
export interface Attempts {
  mean: number
  variance: number
}

/**
 * First attempt and retries: sum of failedRatio^k up to the number of retries, of which a budget lets through so many for each first
 * attempt.
 */
export function countAttempts(into: Attempts, failedRatio: number, retries: number, budget: number): void {
  if (failedRatio === 0 || retries === 0) {
    into.mean = 1
    into.variance = 0
    return
  }
  let retried = 0
  let weighted = 0
  let power = 1
  for (let k = 1; k <= retries; k++) {
    power *= failedRatio
    retried += power
    // E[N²] = sum of (2k + 1) P(N > k).
    weighted += (2 * k + 1) * power
  }
  const allowed = Math.min(1, budget / retried)
  into.mean = 1 + allowed * retried
  into.variance = Math.max(0, 1 + allowed * weighted - into.mean * into.mean)
}
