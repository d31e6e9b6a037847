import type { Look, VersionLook } from '../../harness/model/look.ts'

/** What a version did in some looks. */
export interface Outcomes {
  requests: number
  errors: number
  /** Successful requests per latency bucket. */
  latency: number[]
}

/** Sums over the looks that end in (fromMs, toMs]. */
export function outcomesOf(
  looks: readonly Look[],
  picks: (version: VersionLook) => boolean,
  fromMs = Number.NEGATIVE_INFINITY,
  toMs = Number.POSITIVE_INFINITY,
): Outcomes {
  const sum: Outcomes = { requests: 0, errors: 0, latency: [] }
  for (const look of looks) {
    if (look.toMs <= fromMs || look.toMs > toMs) continue
    for (const version of look.versions) {
      if (!picks(version)) continue
      sum.requests += version.requests
      sum.errors += version.errors
      version.latency.forEach((count, k) => {
        sum.latency[k] = (sum.latency[k] ?? 0) + count
      })
    }
  }
  return sum
}

/** How much larger the second share is than the first, in standard errors of a pooled two-proportion test; 0 where either has no trials. */
export function excessZ(bad: number, of: number, baselineBad: number, baselineOf: number): number {
  if (of === 0 || baselineOf === 0) return 0
  const pooled = (bad + baselineBad + 1) / (of + baselineOf + 2)
  return (bad / of - baselineBad / baselineOf) / Math.sqrt(pooled * (1 - pooled) * (1 / of + 1 / baselineOf))
}

export function ratioOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

/** Mean time of successes in seconds, each bucket at the middle of its logarithms and the last one at its lower bound; 0 without any. */
export function meanS({ latency }: Outcomes, upperBoundsS: readonly number[]): number {
  let sum = 0
  let count = 0
  latency.forEach((n, k) => {
    const upper = upperBoundsS[k] ?? upperBoundsS.at(-1)!
    const lower = k === 0 ? upper / 4 : (upperBoundsS[k - 1] ?? upper)
    sum += n * Math.sqrt(lower * upper)
    count += n
  })
  return ratioOf(sum, count)
}
