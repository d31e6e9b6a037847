import { isEnough } from '../judge/times.ts'
import { normalCdf, normalQuantile } from '../stats/special.ts'
import { kaplanMeier, type Lifetime, restrictedMean, survivalQuantile } from '../stats/survival.ts'
import { streamKey, uniform3 } from '../stats/uniform.ts'
import { type Covered, holds } from './coverage-exact.ts'

/** A share of lognormal times; those without a median never end. */
export interface Part {
  readonly share: number
  readonly medianS?: number
  readonly sigma?: number
}

export interface TimesCase {
  readonly name: string
  /** Scenarios of equally many trials, each a mixture. */
  readonly scenarios: readonly (readonly Part[])[]
  /** Each trial is followed for a time drawn evenly from here. */
  readonly followedS: readonly [number, number]
  /** Those that the trials are followed for long enough to know. */
  readonly measures: readonly ('median' | 'p95' | 'restrictedMean')[]
}

/**
 * Coverage of the intervals of times by simulation, over the samples that are large enough. Times are drawn by the keyed noise, so that
 * each run of this gives the same figures.
 * @param n trials in all
 */
export function timesRows({ name, scenarios, followedS, measures }: TimesCase, n: number, samples: number): Covered[] {
  const [shortestS] = followedS
  const survival = (t: number) => mean(scenarios.map(parts => 1 - shareBy(parts, t)))
  const truths = {
    median: quantileOf(survival, 0.5),
    p95: quantileOf(survival, 0.95),
    restrictedMean: area(survival, shortestS),
  }
  const hits = { median: 0, p95: 0, restrictedMean: 0 }
  const twoSided = { median: 0, p95: 0, restrictedMean: 0 }
  const key = streamKey(1, name, `times ${n}`)
  let taken = 0
  let censored = 0
  for (let sample = 0; sample < samples; sample++) {
    const lifetimes = Array.from({ length: n }, (_, i): Lifetime => {
      const scenario = i % scenarios.length
      const time = drawFrom(scenarios[scenario]!, uniform3(key, sample, i, 0), uniform3(key, sample, i, 1))
      const followed = shortestS + (followedS[1] - shortestS) * uniform3(key, sample, i, 2)
      return { time: Math.min(time, followed), observed: time <= followed, stratum: String(scenario) }
    })
    if (!isEnough(lifetimes)) continue
    taken++
    censored += lifetimes.filter(({ observed }) => !observed).length
    const curve = kaplanMeier(lifetimes)
    const estimates = {
      median: survivalQuantile(curve, 0.5),
      p95: survivalQuantile(curve, 0.95),
      restrictedMean: restrictedMean(lifetimes, shortestS),
    }
    for (const measure of measures) {
      if (holds(estimates[measure], truths[measure])) hits[measure]++
      if (estimates[measure].high !== null) twoSided[measure]++
    }
  }
  const where = `${name}, n = ${n}, ${Math.round((100 * censored) / (taken * n))} % censored`
  return measures.map(measure => ({
    method: measure,
    where,
    coverage: hits[measure] / taken,
    atLeast: 0.93,
    // Where the curve seldom reaches the upper end, only the lower one can err, in 2.5 %.
    atMost: twoSided[measure] < taken / 2 ? 0.98 : 0.97,
  }))
}

/** @param u chooses the part, @param v the time in it */
function drawFrom(parts: readonly Part[], u: number, v: number): number {
  let rest = u
  for (const { share, medianS, sigma = 0 } of parts) {
    if (rest < share) return medianS === undefined ? Infinity : medianS * Math.exp(sigma * normalQuantile(v))
    rest -= share
  }
  return Infinity
}

function shareBy(parts: readonly Part[], t: number): number {
  return parts.reduce(
    (sum, { share, medianS, sigma }) =>
      medianS === undefined || t <= 0 ? sum : sum + share * normalCdf(Math.log(t / medianS) / sigma!),
    0,
  )
}

function quantileOf(survival: (t: number) => number, share: number): number {
  let [low, high] = [1e-3, 1e9]
  for (let step = 0; step < 100; step++) {
    const middle = Math.sqrt(low * high)
    if (survival(middle) > 1 - share) low = middle
    else high = middle
  }
  return low
}

/** By Simpson's rule over the logarithm of time. */
function area(survival: (t: number) => number, horizonS: number): number {
  const steps = 20_000
  const [from, to] = [Math.log(1e-3), Math.log(horizonS)]
  const h = (to - from) / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const t = Math.exp(from + i * h)
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * survival(t) * t
  }
  return 1e-3 + (sum * h) / 3
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
