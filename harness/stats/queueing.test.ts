import { expect, test } from 'vitest'
import { erlangC, sakasegawaC, waitGGc, waitQuantile } from './queueing.ts'

/** Squared coefficient of variation of a lognormal. */
const lognormalVariation = (sigma: number) => Math.expm1(sigma * sigma)

test.each([
  [1, 0.8, 0.8, 4],
  [2, 1.6, 0.711111, 1.777778],
  [4, 3, 0.509434, 0.509434],
  [8, 6.4, 0.457645, 0.28603],
  [16, 14, 0.508482, 0.25424],
  [32, 28.8, 0.458197, 0.14319],
])('M/M/%i with load %f: Erlang C is %f, the mean wait %f service times', (servers, load, probability, mean) => {
  expect(erlangC(servers, load)).toBeCloseTo(probability, 6)
  const wait = waitGGc(servers, load, 1, 1)
  expect(wait.mean).toBeCloseTo(mean, 5)
})

test("the recursion gives Erlang's sum", () => {
  const [servers, load] = [12, 9.5]
  let term = 1
  let sum = 1
  for (let k = 1; k < servers; k++) {
    term *= load / k
    sum += term
  }
  const last = (term * load) / servers / (1 - load / servers)
  expect(erlangC(servers, load)).toBeCloseTo(last / (sum + last), 13)
})

// Event simulation of 400,000 arrivals with lognormal service times of mean 1: mean wait, p95 and p99 of the wait.
test.each([
  [4, 0.8, 1, [0.977, 4.11, 8.03], [1.013, 4.21, 6.95]],
  [8, 0.9, 1, [1.098, 4.37, 7.12], [1.192, 4.49, 7.22]],
  [1, 0.8, 0.5, [2.51, 8.49, 13.3], [2.57, 8.9, 14.1]],
])(
  'the approximation for c = %i at %f with sigma %f is near the event simulation',
  (servers, utilisation, sigma, simulated, published) => {
    const wait = waitGGc(servers, servers * utilisation, 1, lognormalVariation(sigma))
    const found = [wait.mean, waitQuantile(wait, 0.95), waitQuantile(wait, 0.99)]
    found.forEach((value, i) => {
      expect(Math.abs(value / published[i]! - 1)).toBeLessThan(0.004)
      expect(Math.abs(value / simulated[i]! - 1)).toBeLessThan([0.09, 0.09, 0.14][i]!)
    })
  },
)

test('with one server and Poisson arrivals it is Pollaczek and Khinchine', () => {
  for (const utilisation of [0.1, 0.5, 0.9]) {
    const variation = lognormalVariation(0.7)
    const exact = (utilisation / (1 - utilisation)) * ((1 + variation) / 2)
    expect(waitGGc(1, utilisation, 1, variation).mean).toBeCloseTo(exact, 12)
  }
})

test("Sakasegawa's formula is exact for one server and near Erlang's for many", () => {
  expect(sakasegawaC(1, 0.8)).toBeCloseTo(0.8, 12)
  for (const servers of [2, 8, 64, 256]) {
    for (const utilisation of [0.8, 0.9, 0.95]) {
      const load = servers * utilisation
      expect(Math.abs(sakasegawaC(servers, load) - erlangC(servers, load))).toBeLessThan(0.06)
    }
  }
})

test.each([0, 1e-9, 0.5, 7.999, 8, 1e12])('a load of %f on 8 servers gives a probability', load => {
  for (const probability of [erlangC(8, load), sakasegawaC(8, load)]) {
    expect(probability).toBeGreaterThanOrEqual(0)
    expect(probability).toBeLessThanOrEqual(1)
  }
})
