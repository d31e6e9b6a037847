import { binomialPmf } from '../stats/binomial.ts'
import type { Estimate } from '../stats/estimate.ts'
import { quantileInterval } from '../stats/order-statistics.ts'
import { mcNemar, pairedRateDifference } from '../stats/paired-rates.ts'
import { clopperPearson, wilson } from '../stats/proportion.ts'
import { kaplanMeier, survivalQuantile } from '../stats/survival.ts'
import { fisher, rateDifference } from '../stats/unpaired-rates.ts'

/** How often an interval of nominal 95 %, or a test at 5 %, held what was true, and what is asked of it. */
export interface Covered {
  readonly method: string
  readonly where: string
  readonly coverage: number
  /** Bars; without any the row is there to be known. */
  readonly atLeast?: number
  readonly atMost?: number
}

export function isBroken({ coverage, atLeast = 0, atMost = 1 }: Covered): boolean {
  return !(coverage >= atLeast && coverage <= atMost)
}

/** Rates from 0.001 to 0.5. */
const rates = Array.from({ length: 500 }, (_, i) => (i + 1) / 1000)

export function holds({ low, high }: Estimate, truth: number): boolean {
  return (low === null || low <= truth) && (high === null || high >= truth)
}

/** Of each rate, summed over all outcomes of n trials. */
function proportionCoverages(interval: (k: number, n: number) => Estimate, n: number): number[] {
  const intervals = Array.from({ length: n + 1 }, (_, k) => interval(k, n))
  return rates.map(p => intervals.reduce((sum, one, k) => (holds(one, p) ? sum + binomialPmf(k, n, p) : sum), 0))
}

/** @param sizes numbers of trials */
export function proportionRows(sizes: readonly number[]): Covered[] {
  return sizes.flatMap((n): Covered[] => {
    const exact = proportionCoverages(clopperPearson, n)
    const score = proportionCoverages(wilson, n)
    const where = `n = ${n}, p = 0.001 to 0.5`
    return [
      { method: 'Clopper-Pearson, least', where, coverage: Math.min(...exact), atLeast: 0.95 },
      { method: 'Wilson, mean', where, coverage: mean(score), atLeast: 0.94, atMost: 0.965 },
      { method: 'Wilson, least', where, coverage: Math.min(...score) },
    ]
  })
}

/**
 * Quantiles of times of which none is censored before the quantile, as where all are followed equally long: then only
 * the number of values below it counts, which is binomial.
 */
export function quantileRows(sizes: readonly number[]): Covered[] {
  return [0.5, 0.95].flatMap((share): Covered[] => {
    const coverages = (interval: (times: number[]) => Estimate) =>
      sizes.map(n => {
        const { low, high } = interval(Array.from({ length: n }, (_, i) => i + 1))
        let sum = 0
        for (let k = low ?? 0; k < (high ?? n + 1); k++) sum += binomialPmf(k, n, share)
        return sum
      })
    const kaplan = coverages(times =>
      survivalQuantile(kaplanMeier(times.map(time => ({ time, observed: true }))), share),
    )
    const ranks = coverages(times => quantileInterval(times, share))
    const where = `${share === 0.5 ? 'median' : 'p95'}, n = ${sizes[0]} to ${sizes.at(-1)}, followed equally long`
    return [
      { method: 'Kaplan-Meier, least', where, coverage: Math.min(...kaplan), atLeast: 0.93 },
      { method: 'Kaplan-Meier, most', where, coverage: Math.max(...kaplan), atMost: 0.97 },
      { method: 'order statistics, least', where, coverage: Math.min(...ranks), atLeast: 0.95 },
    ]
  })
}

/** Two runs of n trials each that do not share their seeds, of rates p and q. */
export function unpairedRows(n: number, pairs: readonly (readonly [number, number])[]): Covered[] {
  return pairs.flatMap(([p, q]): Covered[] => {
    let covered = 0
    let exact = 0
    let mid = 0
    forEachOutcome(n, p, n, q, (a, b, chance) => {
      if (holds(rateDifference(a, n, b, n), q - p)) covered += chance
      if (p !== q) return
      const test = fisher(a, n, b, n)
      if (test.p > 0.05) exact += chance
      if (test.midP > 0.05) mid += chance
    })
    const where = `n = ${n} and ${n}, rates ${p} and ${q}`
    const interval = { method: 'Newcombe, unpaired', where, coverage: covered, atLeast: 0.93 }
    if (p !== q) return [interval]
    return [
      interval,
      { method: 'Fisher finds nothing', where, coverage: exact, atLeast: 0.95 },
      // Errs at half steps: in 5.6 % of two runs of 100 with rates of 0.5.
      { method: 'Fisher mid-p finds nothing', where, coverage: mid, atLeast: 0.94 },
    ]
  })
}

/** n pairs of which a share p parts for A and a share q for B. */
export function pairedRows(n: number, shares: readonly (readonly [number, number])[]): Covered[] {
  return shares.flatMap(([p, q]): Covered[] => {
    let covered = 0
    let mid = 0
    for (let a = 0; a <= n; a++) {
      const chanceA = binomialPmf(a, n, p)
      if (chanceA < 1e-9) continue
      for (let b = 0; b <= n - a; b++) {
        const chance = chanceA * binomialPmf(b, n - a, q / (1 - p))
        if (chance < 1e-12) continue
        if (holds(pairedRateDifference(a, b, n), q - p)) covered += chance
        if (p === q && mcNemar(a, b).midP > 0.05) mid += chance
      }
    }
    const where = `n = ${n} pairs, parted ${p} and ${q}`
    const interval = { method: 'Tango, paired', where, coverage: covered, atLeast: 0.93 }
    return p === q
      ? [interval, { method: 'McNemar mid-p finds nothing', where, coverage: mid, atLeast: 0.94 }]
      : [interval]
  })
}

/** Outcomes of two binomials, but for those of less than 1e-12. */
function forEachOutcome(
  n: number,
  p: number,
  m: number,
  q: number,
  visit: (a: number, b: number, chance: number) => void,
): void {
  const law = Array.from({ length: m + 1 }, (_, b) => binomialPmf(b, m, q))
  for (let a = 0; a <= n; a++) {
    const chance = binomialPmf(a, n, p)
    law.forEach((other, b) => {
      if (chance * other > 1e-12) visit(a, b, chance * other)
    })
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
