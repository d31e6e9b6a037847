import { clusteredMeanInterval, pairedDifference } from '../stats/bootstrap.ts'
import type { Estimate } from '../stats/estimate.ts'
import { nestedMean } from '../stats/nested-means.ts'
import { exponentialQuantile, lognormalQuantile } from '../stats/quantiles.ts'
import { normalQuantile } from '../stats/special.ts'
import type { Draw } from '../stats/studentized.ts'
import { streamKey, uniform3 } from '../stats/uniform.ts'
import { unpairedDifference } from '../stats/unpaired-means.ts'
import { type Covered, holds } from './coverage-exact.ts'

/** Uniform noise of one sample: the same for the same place. */
type Noise = (i: number, j?: number) => number

interface MeanCase {
  readonly method: string
  readonly where: string
  readonly truth: number
  readonly of: (noise: Noise, draw: Draw) => Estimate
  /** Without bars where a handful of values carry the mean, which no resample of a sample without them can know. */
  readonly isKnown?: true
}

/** Coverage of the bootstrap's intervals of means by simulation with keyed noise. */
export function meanRows(samples: number): Covered[] {
  return cases.map(({ method, where, truth, of, isKnown }) => {
    const [noise, draws] = [streamKey(1, where, method), streamKey(1, where, `${method} draws`)]
    let hits = 0
    for (let sample = 0; sample < samples; sample++) {
      const estimate = of(
        (i, j = 0) => uniform3(noise, sample, i, j),
        i => uniform3(draws, sample, i, 0),
      )
      if (holds(estimate, truth)) hits++
    }
    const row = { method, where, coverage: hits / samples }
    return isKnown ? row : { ...row, atLeast: 0.93, atMost: 0.97 }
  })
}

const paired = (n: number, difference: (noise: Noise, i: number) => number) => (noise: Noise, draw: Draw) =>
  pairedDifference(
    new Array<number>(n).fill(0),
    Array.from({ length: n }, (_, i) => difference(noise, i)),
    draw,
  )

const lognormals = (noise: Noise, n: number, j: number, median: number, sigma: number) =>
  Array.from({ length: n }, (_, i) => lognormalQuantile(noise(i, j), median, sigma))

/** Families that differ, scenarios that differ within them, trials that differ within these: normal, of mean 0. */
const nested = (families: number, scenarios: number, trials: number) => (noise: Noise, draw: Draw) =>
  nestedMean(
    Array.from({ length: families }, (_, f) =>
      Array.from({ length: scenarios }, (_, s) =>
        Array.from(
          { length: trials },
          (_, t) =>
            normalQuantile(noise(f, 1)) +
            normalQuantile(noise(f * scenarios + s, 2)) +
            3 * normalQuantile(noise((f * scenarios + s) * trials + t, 3)),
        ),
      ),
    ),
    draw,
    { resamples: 399 },
  )

const cases: readonly MeanCase[] = [
  {
    method: 'paired bootstrap',
    where: 'n = 100, normal',
    truth: 1,
    of: paired(100, (noise, i) => 1 + 2 * normalQuantile(noise(i))),
  },
  {
    method: 'paired bootstrap',
    where: 'n = 100, lognormal of log-sd 1',
    truth: Math.exp(0.5),
    of: paired(100, (noise, i) => lognormalQuantile(noise(i), 1, 1)),
  },
  {
    method: 'paired bootstrap',
    where: 'n = 100, lognormals less lognormals',
    truth: 10 * Math.exp(0.5) - 8 * Math.exp(0.5),
    of: paired(100, (noise, i) => lognormalQuantile(noise(i), 10, 1) - lognormalQuantile(noise(i, 1), 8, 1)),
  },
  {
    method: 'paired bootstrap',
    where: 'n = 100, 70 % without a difference, the rest exponential',
    truth: 0.3,
    of: paired(100, (noise, i) => (noise(i) < 0.3 ? exponentialQuantile(noise(i, 1), 1) : 0)),
  },
  {
    method: 'paired bootstrap',
    where: 'n = 300, 90 % without a difference, the rest exponential',
    truth: 0.1,
    of: paired(300, (noise, i) => (noise(i) < 0.1 ? exponentialQuantile(noise(i, 1), 1) : 0)),
  },
  {
    method: 'paired bootstrap',
    where: 'n = 100, lognormal of log-sd 1.5',
    truth: Math.exp(1.125),
    of: paired(100, (noise, i) => lognormalQuantile(noise(i), 1, 1.5)),
    isKnown: true,
  },
  {
    method: 'unpaired bootstrap',
    where: 'n = 100 and 60, lognormals of log-sd 1 and 0.5',
    truth: 3 * Math.exp(0.125) - 2 * Math.exp(0.5),
    of: (noise, draw) => unpairedDifference(lognormals(noise, 100, 0, 2, 1), lognormals(noise, 60, 1, 3, 0.5), draw),
  },
  {
    method: 'clustered bootstrap',
    where: '100 clusters of 1 to 5 values',
    truth: 0,
    of: (noise, draw) =>
      clusteredMeanInterval(
        Array.from({ length: 100 }, (_, c) =>
          Array.from(
            { length: 1 + Math.floor(5 * noise(c, 1)) },
            (_, i) => normalQuantile(noise(c, 2)) + normalQuantile(noise(5 * c + i, 3)),
          ),
        ),
        draw,
      ),
  },
  { method: 'nested bootstrap', where: '8 families of 3 scenarios of 10 trials', truth: 0, of: nested(8, 3, 10) },
  { method: 'nested bootstrap', where: '12 families of 3 scenarios of 10 trials', truth: 0, of: nested(12, 3, 10) },
  { method: 'nested bootstrap', where: '20 families of 2 scenarios of 5 trials', truth: 0, of: nested(20, 2, 5) },
]
