import { describe, expect, test } from 'vitest'
import { shippedParameters } from '../../../harness/model/fixtures/parameters.ts'
import type { Topology } from '../../../harness/model/topology.ts'
import { compileSystem } from './model.ts'
import { createSystemState, isCalm } from './state.ts'
import { stepSystem } from './step.ts'

/** Requests in a unit of the published figures: so many that chance in the queue is small beside its length. */
const unit = 1000

/** A caller that retries, and a callee with a capacity of one unit a second. */
function twoNodes(retries: number, budget?: number): Topology {
  const time = { median: 1, sigma: 0 }
  const callee = {
    kind: 'service' as const,
    workers: unit / 10,
    time: { median: 100, sigma: 0.1 },
    cpu: 0,
    errorRatio: 0,
  }
  const call = { perRequest: 1, timeout: 3000, retries, ...(budget === undefined ? {} : { budget }) }
  return {
    subject: 'front',
    entry: 'front',
    routes: { all: { share: 1, calls: ['back'] } },
    services: {
      front: { kind: 'service', workers: 1e7, time, cpu: 0, errorRatio: 0, calls: { back: call } },
      back: { ...callee, replicas: 1, calls: {} },
    },
  }
}

const parameters = {
  ...shippedParameters,
  services: { ...shippedParameters.services, queueLimit: { value: 1e6, source: 'as in the check' } },
}

/** Whether the callee works off its queue after its capacity was down for a while. */
function recovers(
  load: number,
  left: number,
  triggerS: number,
  retries: number,
  capacity = 1,
  budget?: number,
): boolean {
  const model = compileSystem(twoNodes(retries, budget), parameters, 0.5)
  const state = createSystemState()
  const version = {
    key: 64,
    pods: 1,
    timeFactor: 1,
    cpuFactor: 1,
    workersPerPod: 1e7,
    cpuLimitPerPod: null,
    extraCalls: null,
    hangRatio: 0,
    callTimeoutMs: null,
    tailRatio: 0,
    tailFactor: 1,
    errorRatio: 0,
  }
  const run = (capacityFactor: number, seconds: number) => {
    const back = { errorRatio: 0, timeFactor: 1 / capacity, capacityFactor }
    const inputs = { entryRatePerS: load * unit, versions: [version], disturbed: { back } }
    for (let s = 0; s < seconds; s++) stepSystem(model, state, inputs, 1000)
  }
  run(1, 10)
  expect(isCalm(state)).toBe(true)
  run(left / capacity, triggerS)
  run(1, 600)
  return isCalm(state)
}

describe('a capacity of 1 that falls to 0.2, a timeout of 3 s and 4 retries', () => {
  // Attempts are load x (retries + 1) once all time out: stuck states exist between a load of 1/5 and 1. Without retries in the trigger it has to
  // last 3 x 1 / (0.8 - 0.2) = 5 s.
  test.each([
    [0.8, 3, 4, true],
    [0.8, 5, 4, false],
    [0.18, 5, 4, true],
    [0.18, 60, 4, true],
    [0.8, 5, 0, true],
    [0.8, 60, 0, true],
  ])('load %f, trigger %i s, %i retries: recovers is %s', (load, triggerS, retries, expected) => {
    expect(recovers(load, 0.2, triggerS, retries)).toBe(expected)
  })

  test('a budget of retries lets the same storm pass', () => {
    expect(recovers(0.8, 0.2, 5, 4, 1, 0.2)).toBe(true)
  })
})

describe('the shape of the published experiment with MongoDB', () => {
  // L. Huang et al., "Metastable Failures in the Wild", OSDI 2022: requests every 75 µs, timeout 3 s, 4 resends; 10 s at a CPU cap of 40 % are
  // stuck, 9 s recover, and requests every 100 µs recover. The full capacity is not published; this one fits.
  const fullCapacity = 22
  const cap = 0.4 * fullCapacity
  test.each([
    [1000 / 75, 10, false],
    [1000 / 75, 9, true],
    [10, 10, true],
  ])('%f thousand requests/s, a cap for %i s: recovers is %s', (load, triggerS, expected) => {
    expect(recovers(load, cap, triggerS, 4, fullCapacity)).toBe(expected)
  })
})
