import { describe, expect, test } from 'vitest'
import { cellMs, serviceOf, shop, shopInputs, version } from './fixtures/shop.ts'
import { groupsPerRevision, type SystemInputs } from './inputs.ts'
import { slowerThan } from './latency-law.ts'
import { cloneSystemState, createSystemState, isCalm, type SystemState, sameState } from './state.ts'
import { stepSystem } from './step.ts'

const step = (state: SystemState, inputs: SystemInputs) => stepSystem(shop, state, inputs, cellMs)
const stepped = (inputs: SystemInputs, cells: number, state = createSystemState()) => {
  let outcome = step(state, inputs)
  for (let cell = 1; cell < cells; cell++) outcome = step(state, inputs)
  return outcome
}
const quantile = (inputs: SystemInputs, share: number) => {
  const { latency } = stepped(inputs, 1).versions[0]!
  let [low, high] = [0, 100]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (slowerThan(latency, middle) > 1 - share) low = middle
    else high = middle
  }
  return low
}

describe('the shop in calm', () => {
  test('checkout takes 25 ms in the median, 6.4 times that at its 99th percentile', () => {
    const median = quantile(shopInputs(), 0.5)
    expect(median).toBeGreaterThan(0.0245)
    expect(median).toBeLessThan(0.0255)
    const spread = quantile(shopInputs(), 0.99) / median
    expect(spread).toBeGreaterThan(6.1)
    expect(spread).toBeLessThan(6.7)
  })

  test('nearly all of its answers are within the objective, and its pods are far from their limit', () => {
    const { latency, cpuUtilisation, utilisation, dependencyErrorRatio } = stepped(shopInputs(), 1).versions[0]!
    expect(slowerThan(latency, 0.5)).toBeLessThan(0.0003)
    expect(cpuUtilisation).toBeCloseTo(0.2, 9)
    expect(utilisation).toBeCloseTo(0.2, 9)
    expect(dependencyErrorRatio).toBe(0)
  })

  test('users cause as many requests as the routes, hits and rare retries say', () => {
    const outcome = stepped(shopInputs(), 1)
    const rates = Object.fromEntries(outcome.services.map(({ name, requestsPerS }) => [name, requestsPerS]))
    expect(rates['gateway']).toBe(125)
    expect(rates['checkout']).toBeCloseTo(50, 9)
    expect(rates['payments']).toBeCloseTo(50 * (1 + 0.005 + 0.005 ** 2), 1)
    expect(rates['catalog']).toBeCloseTo(75 * 1.001, 2)
    expect(rates['database']).toBeCloseTo(2 * 50 + 50 * 1.001 + 0.1 * 75 * 1.001, 2)
    expect(outcome.attemptsPerSubjectRequest).toBeCloseTo(1, 12)
  })

  test('the outcome is remembered while nothing changes, and shared by clones', () => {
    const state = createSystemState()
    const outcome = step(state, shopInputs())
    expect(step(state, shopInputs())).toBe(outcome)
    expect(step(cloneSystemState(state), shopInputs())).toBe(outcome)
    expect(step(state, shopInputs({}, {}, 126))).not.toBe(outcome)
  })
})

test('the outcome does not jump where a system stops being calm', () => {
  const meanS = (utilisation: number) => {
    const { latency, cpuUtilisation } = stepped(shopInputs({}, {}, (125 * utilisation) / 0.2), 1).versions[0]!
    expect(cpuUtilisation).toBeCloseTo(utilisation, 3)
    return latency.shiftS + Math.exp(latency.mu + latency.sigma ** 2 / 2)
  }
  expect(meanS(0.901) / meanS(0.899)).toBeGreaterThan(0.99)
  expect(meanS(0.901) / meanS(0.899)).toBeLessThan(1.02)
})

describe('trouble below', () => {
  test('a failing dependency is called again as often as the retries allow, and fails the rest', () => {
    const outcome = stepped(shopInputs({}, { payments: { errorRatio: 0.2 } }), 1)
    const failed = 1 - 0.995 * 0.8
    expect(serviceOf(outcome, 'payments').requestsPerS).toBeCloseTo(50 * (1 + failed + failed ** 2), 1)
    expect(outcome.versions[0]!.dependencyErrorRatio).toBeCloseTo(failed ** 3, 4)
    expect(outcome.routes.find(({ name }) => name === 'browse')!.badRatio).toBeLessThan(1e-5)
  })

  test('a budget bounds the retries', () => {
    const outcome = stepped(shopInputs({}, { inventory: { errorRatio: 0.9 } }), 1)
    expect(serviceOf(outcome, 'inventory').requestsPerS).toBeCloseTo(50 * 1.2, 6)
    expect(outcome.versions[0]!.dependencyErrorRatio).toBeCloseTo(1 - 1.2 * 0.1 * 0.999, 3)
  })

  test('when the cache fails all of its lookups come to the database', () => {
    const calm = serviceOf(stepped(shopInputs(), 1), 'database').requestsPerS
    const outcome = stepped(shopInputs({}, { cache: { errorRatio: 1 } }), 1)
    expect(serviceOf(outcome, 'database').requestsPerS - calm).toBeCloseTo(0.9 * 75 * 1.001, 1)
    expect(serviceOf(outcome, 'catalog').errorsPerS).toBeLessThan(0.1)
  })

  // So many workers that the database is what bounds the calls: a few of them would wait for their own calls, and spare it.
  test.each([cellMs, 25, 10])(
    'requests that another version adds slow down everybody who needs the database, in steps of %i ms',
    stepMs => {
      const extraCalls = { service: 'database', perRequest: 60 }
      const inputs = shopInputs({ extraCalls, workersPerPod: 256, cpuLimitPerPod: null })
      const state = createSystemState()
      let slow = 0
      for (let ms = 0; ms < 20_000; ms += stepMs) {
        const outcome = stepSystem(shop, state, inputs, stepMs)
        if (ms >= 15_000) slow += (serviceOf(outcome, 'catalog').slowPerS * stepMs) / 5000
      }
      expect(isCalm(state)).toBe(false)
      expect(serviceOf(stepped(shopInputs(), 1), 'catalog').slowPerS).toBeLessThan(0.001)
      expect(slow).toBeGreaterThan(0.1)
      expect(slow).toBeLessThan(0.15)
    },
  )

  test('a slow dependency takes the workers of its callers', () => {
    const state = createSystemState()
    const outcome = stepped(
      shopInputs({ pods: 2, cpuLimitPerPod: null }, { payments: { timeFactor: 40, capacityFactor: 40 } }),
      12,
      state,
    )
    expect(serviceOf(outcome, 'checkout').backlog).toBeGreaterThan(10)
    expect(outcome.versions[0]!.latency.shiftS).toBeGreaterThan(0.1)
  })

  test('a call to whatever leads to the subject is refused', () => {
    const extraCalls = { service: 'gateway', perRequest: 1 }
    expect(() => stepped(shopInputs({ extraCalls }), 1)).toThrow('checkout cannot call gateway')
  })
})

describe("a version's own trouble", () => {
  test('a slower version is as much slower as its own part is', () => {
    const median = quantile(shopInputs({ timeFactor: 10 }), 0.5)
    expect(median).toBeGreaterThan(0.14)
    expect(median).toBeLessThan(0.2)
  })

  test('requests that hang hold workers until the gateway gives up', () => {
    const state = createSystemState()
    const outcome = stepped(shopInputs({ hangRatio: 0.5, pods: 10 }), 12, state)
    // 25 of 50 a second for 10 s need 250 workers; there are 40.
    expect(outcome.versions[0]!.utilisation).toBeGreaterThan(5)
    expect(outcome.routes.find(({ name }) => name === 'buy')!.badRatio).toBeGreaterThan(0.9)
  })

  test.each([0.003, 0.01, 0.03])('no request is quicker because %d of them hang', hangRatio => {
    for (const share of [0.01, 0.1, 0.5, 0.9])
      expect(quantile(shopInputs({ hangRatio }), share)).toBeGreaterThan(0.97 * quantile(shopInputs(), share))
    expect(quantile(shopInputs({ hangRatio }), 0.999)).toBeGreaterThan(quantile(shopInputs(), 0.999))
  })

  test('a version that needs more CPU than its limit gets no more than it', () => {
    const state = createSystemState()
    const { versions } = stepped(shopInputs({ cpuFactor: 10 }), 4, state)
    expect(versions[0]!.cpuUtilisation).toBeCloseTo(2, 6)
    expect(versions[0]!.cpuCoresPerPod).toBeLessThanOrEqual(0.1)
    expect(versions[0]!.throttledShare).toBeGreaterThan(0.9)
    expect(versions[0]!.latency.shiftS).toBeGreaterThan(1)
  })

  test('requests are split by pods, and one version does not wait behind another', () => {
    const slow = version({ key: 2 * groupsPerRevision, pods: 2, workersPerPod: 0.1 })
    const inputs = { ...shopInputs(), versions: [version({ pods: 8 }), slow] }
    const [good, bad] = stepped(inputs, 6).versions
    expect(good!.requestRatePerS).toBeCloseTo(40, 6)
    expect(bad!.requestRatePerS).toBeCloseTo(10, 6)
    expect(good!.latency.shiftS).toBe(0)
    expect(bad!.latency.shiftS).toBeGreaterThan(1)
  })

  test('what waits for a group that is gone waits for the others of its revision', () => {
    const stuck = version({ workersPerPod: 0.1, pods: 2 })
    const state = createSystemState()
    const before = stepped({ ...shopInputs(), versions: [stuck] }, 3, state)
    const moved = step(state, { ...shopInputs(), versions: [{ ...stuck, key: stuck.key + 1 }] })
    expect(serviceOf(moved, 'checkout').backlog).toBeGreaterThan(serviceOf(before, 'checkout').backlog)
    const lost = step(state, { ...shopInputs(), versions: [version({ key: 2 * groupsPerRevision })] })
    expect(serviceOf(lost, 'checkout').backlog).toBe(0)
  })

  test('without a pod every request fails at once', () => {
    const outcome = stepped({ ...shopInputs(), versions: [version({ pods: 0 })] }, 1)
    expect(outcome.versions[0]!.requestRatePerS).toBe(0)
    expect(outcome.routes.map(({ badRatio }) => Math.round(badRatio * 1000) / 1000)).toEqual([1, 0])
    expect(serviceOf(outcome, 'payments').requestsPerS).toBe(0)
  })
})

test.each([
  ['hanging requests', shopInputs({ hangRatio: 0.5 })],
  ['CPU', shopInputs({ cpuFactor: 10 })],
  ['a slow dependency', shopInputs({}, { payments: { timeFactor: 50 } })],
  ['a failing dependency', shopInputs({}, { payments: { errorRatio: 1 } })],
  ['a load peak', shopInputs({}, {}, 125 * 8)],
])('after %s a system is exactly the one that never had any', (_, trouble) => {
  const state = createSystemState()
  const shadow = createSystemState()
  stepped(shopInputs(), 3, state)
  stepped(shopInputs(), 3, shadow)
  stepped(trouble, 12, state)
  let cells = 0
  while (!isCalm(state) && cells < 400) {
    step(state, shopInputs())
    cells++
  }
  expect(sameState(state, shadow)).toBe(true)
  expect(step(state, shopInputs())).toEqual(step(shadow, shopInputs()))
})

test.each([cellMs, 50, 10])('four times the pods work off what waited for too few, in steps of %i ms', stepMs => {
  const state = createSystemState()
  const serve = (pods: number) => {
    const inputs = shopInputs({ pods, workersPerPod: 1.5, cpuLimitPerPod: null }, {}, 800)
    for (let ms = 0; ms < 60_000; ms += stepMs) stepSystem(shop, state, inputs, stepMs)
    return isCalm(state)
  }
  expect(serve(5)).toBe(false)
  expect(serve(20)).toBe(true)
})
