import { shiftLatency } from '../evidence/latency-shift.ts'
import type { Outcomes } from './outcomes.ts'

/** How one latency law differs from another. */
export interface LawShift {
  /** The whole law is slower, or a few requests are; `none` where neither explains the counts better than no change. */
  readonly kind: 'none' | 'whole' | 'tail'
  /** How many times as long: all of the requests, or those of the tail. */
  readonly factor: number
  /** Share of requests in the tail; 1 for the whole law. */
  readonly share: number
}

const unchanged: LawShift = { kind: 'none', factor: 1, share: 0 }
const factors = [1.15, 1.25, 1.4, 1.6, 2, 2.5, 3, 4, 5, 7, 10, 14, 20, 28, 40, 60]
const tailFactors = [8, 16, 32, 64]
const tailShares = [0.007, 0.015, 0.03, 0.05, 0.08, 0.12, 0.17]

/** Nats that a change has to explain better than no change (e^-9 is about one chance in eight thousand). */
const convincingNats = 9

/**
 * The change that explains the latencies best: no change, all requests slower by one factor, or a share of them slower by a large one.
 * Maximum likelihood over a grid. Smaller factors than 1.25 are taken for differences between pods (log-sd 0.1 to 0.25, assumption).
 */
export function lawShift(now: Outcomes, before: Outcomes, upperBoundsS: readonly number[]): LawShift {
  const law = new Float64Array(upperBoundsS.length + 1)
  let total = 0
  let counted = 0
  for (let k = 0; k < law.length; k++) {
    law[k] = (before.latency[k] ?? 0) + 0.5
    total += law[k]!
    counted += now.latency[k] ?? 0
  }
  if (counted === 0 || total < 20 + law.length / 2) return unchanged
  for (let k = 0; k < law.length; k++) law[k] = law[k]! / total
  // A baseline of few requests is itself uncertain: its share of both samples is what its law is worth.
  const worth = total / (total + counted)
  const nats = (other: ArrayLike<number>) => {
    let sum = 0
    for (let k = 0; k < law.length; k++) {
      const count = now.latency[k] ?? 0
      if (count > 0) sum += count * Math.log(Math.max(other[k]!, 1e-4) / Math.max(law[k]!, 1e-4))
    }
    return sum * worth
  }
  let best = unchanged
  let bestNats = convincingNats
  const shifted = new Float64Array(law.length)
  const consider = (shift: LawShift, other: ArrayLike<number>) => {
    const gained = nats(other)
    if (gained <= bestNats) return
    bestNats = gained
    best = shift
  }
  for (const factor of factors) {
    shiftLatency(law, upperBoundsS, factor, shifted)
    consider({ kind: 'whole', factor, share: 1 }, shifted)
  }
  const mixed = new Float64Array(law.length)
  for (const factor of tailFactors) {
    shiftLatency(law, upperBoundsS, factor, shifted)
    for (const share of tailShares) {
      for (let k = 0; k < law.length; k++) mixed[k] = (1 - share) * law[k]! + share * shifted[k]!
      consider({ kind: 'tail', factor, share }, mixed)
    }
  }
  return best.kind === 'whole' && best.factor < 1.25 ? unchanged : best
}

/** The first bucket that at most a twentieth of the requests reach: from there on a request counts as slow. */
export function firstTailBucket({ latency }: Outcomes): number {
  const total = latency.reduce((sum, n) => sum + n, 0)
  let above = total
  for (let k = 0; k < latency.length; k++) {
    if (above <= total / 20) return k
    above -= latency[k]!
  }
  return latency.length
}
