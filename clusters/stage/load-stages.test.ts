import fc from 'fast-check'
import { expect, test } from 'vitest'
import { steadyLoad } from '../../harness/model/load.ts'
import { anyLoadPlan } from '../fixtures/load-plans.ts'
import { rateFactor } from '../load-profile.ts'
import { type LoadProfile, loadProfile, plannedRequests } from './load-stages.ts'

const durationMs = 1_800_000
const common = { seed: 1, requestsPerSecond: 50, leadMs: 3000, durationMs }

/** How k6 plays stages: straight to the target, and at once where a stage has no length. Requests per second. */
function played({ startRate, stages }: LoadProfile, ms: number): number {
  let rate = startRate
  let fromMs = 0
  for (const { duration, target } of stages) {
    const lengthMs = Number(duration.replace('ms', ''))
    if (ms < fromMs + lengthMs) return (rate + ((target - rate) * (ms - fromMs)) / lengthMs) / 1000
    fromMs += lengthMs
    rate = target
  }
  return rate / 1000
}

test('k6 plays the rate of the simulator at every 5 s of any plan', () => {
  fc.assert(
    fc.property(anyLoadPlan, fc.double({ min: 0.1, max: 500, noNaN: true }), (plan, requestsPerSecond) => {
      const profile = loadProfile({ ...common, plan, requestsPerSecond })
      for (let ms = 0; ms < durationMs; ms += 5000) {
        const expected = requestsPerSecond * rateFactor(plan, ms)
        expect(Math.abs(played(profile, common.leadMs + ms) - expected)).toBeLessThan(
          0.0006 + 0.001 * requestsPerSecond,
        )
      }
    }),
    { numRuns: 50 },
  )
})

test('the requests of all stages are the integral of the plan, and their lengths those of lead and load', () => {
  fc.assert(
    fc.property(anyLoadPlan, plan => {
      const { startRate, stages } = loadProfile({ ...common, plan })
      let rate = startRate
      let requests = 0
      let lengthMs = 0
      for (const { duration, target } of stages) {
        const ms = Number(duration.replace('ms', ''))
        requests += ((rate + target) / 2 / 1000) * (ms / 1000)
        lengthMs += ms
        rate = target
      }
      expect(lengthMs).toBe(common.leadMs + durationMs)
      const planned = plannedRequests({ ...common, plan })
      expect(Math.abs(requests - planned)).toBeLessThan(1 + 0.001 * 50 * 1800)
    }),
  )
})

test('a steady load is one stage', () => {
  expect(loadProfile({ ...common, plan: steadyLoad })).toEqual({
    seed: 1,
    startRate: 50_000,
    stages: [{ duration: '1803000ms', target: 50_000 }],
    virtualUsers: 50,
    routes: [],
    tenants: [],
  })
})

test('a burst is two jumps, and as many users are ready as its second needs', () => {
  const plan = { ...steadyLoad, bursts: [{ fromMs: 60_000, toMs: 90_000, factor: 4 }] }
  const { stages, virtualUsers } = loadProfile({ ...common, plan, durationMs: 120_000 })
  expect(stages).toEqual([
    { duration: '63000ms', target: 50_000 },
    { duration: '0ms', target: 200_000 },
    { duration: '30000ms', target: 200_000 },
    { duration: '0ms', target: 50_000 },
    { duration: '30000ms', target: 50_000 },
  ])
  expect(virtualUsers).toBe(200)
})

test('shares are added up from name to name, and a later mix begins that much after the lead', () => {
  const plan = {
    ...steadyLoad,
    routes: [
      { fromMs: 0, shares: { pay: 0.75, refund: 0.25 } },
      { fromMs: 60_000, shares: { status: 1 } },
    ],
    tenants: { acme: 0.5, globex: 0.5 },
  }
  const { routes, tenants } = loadProfile({ ...common, plan })
  expect(routes).toEqual([
    {
      fromMs: 0,
      shares: [
        { name: 'pay', upTo: 0.75 },
        { name: 'refund', upTo: 1 },
      ],
    },
    { fromMs: 63_000, shares: [{ name: 'status', upTo: 1 }] },
  ])
  expect(tenants.map(({ name }) => name)).toEqual(['acme', 'globex'])
})
