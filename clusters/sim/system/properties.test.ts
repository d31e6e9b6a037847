import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shippedParameters } from '../../../harness/model/fixtures/parameters.ts'
import { subjectCallsPerEntryRequest, type Topology, topologyDocument } from '../../../harness/model/topology.ts'
import { cellMs, serviceOf, shop, shopInputs, topologyOf, undisturbed, version } from './fixtures/shop.ts'
import type { SystemInputs } from './inputs.ts'
import { compileSystem, type SystemModel } from './model.ts'
import type { SystemOutcome } from './outcome.ts'
import { cloneSystemState, createSystemState, isCalm, sameState } from './state.ts'
import { stepSystem } from './step.ts'

/** Any legal topology of some services: each calls some of those after it; the first one is the entry. */
const topologies: fc.Arbitrary<Topology> = fc
  .record({
    size: fc.integer({ min: 2, max: 7 }),
    subject: fc.nat(6),
    services: fc.array(
      fc.record({
        replicas: fc.integer({ min: 1, max: 5 }),
        workers: fc.integer({ min: 1, max: 100 }),
        medianMs: fc.integer({ min: 1, max: 500 }),
        sigma: fc.double({ min: 0, max: 3, noNaN: true }),
        cpu: fc.integer({ min: 0, max: 50 }),
        errorRatio: fc.constantFrom(0, 1e-7, 0.01, 0.5, 1),
      }),
      { minLength: 7, maxLength: 7 },
    ),
    calls: fc.array(
      fc.record({
        made: fc.boolean(),
        perRequest: fc.constantFrom(0.1, 1, 2.5, 30),
        timeout: fc.constantFrom(1, 100, 1000, 60_000),
        retries: fc.integer({ min: 0, max: 4 }),
        budget: fc.constantFrom(undefined, 0, 0.2),
        pool: fc.constantFrom(undefined, 1, 10),
      }),
      { minLength: 49, maxLength: 49 },
    ),
  })
  .map(({ size, subject, services, calls }) => {
    const at = Math.min(subject, size - 1)
    const name = (i: number) => `s${i}`
    const made = (i: number, j: number) =>
      calls[i * 7 + j]!.made || (j === at && i === 0) || (i === 0 && j === size - 1)
    const callsOf = (i: number) =>
      Object.fromEntries(
        Array.from({ length: size }, (_, j) => j)
          .filter(j => j > i && made(i, j))
          .map(j => {
            const { made: _, budget, pool, ...call } = calls[i * 7 + j]!
            const bounded = { ...call, ...(pool === undefined ? {} : { pool }) }
            return [name(j), budget === undefined || call.retries === 0 ? bounded : { ...bounded, budget }]
          }),
      )
    const spec = {
      subject: name(at),
      entry: name(0),
      routes: { all: { share: 1, calls: Object.keys(callsOf(0)) } },
      services: Object.fromEntries(
        services.slice(0, size).map(({ replicas, medianMs, sigma, cpu, ...rest }, i) => [
          name(i),
          {
            ...rest,
            ...(i === at ? {} : { replicas }),
            kind: 'service' as const,
            time: { median: medianMs, sigma },
            // The CPU time is part of the time.
            cpu: Math.min(cpu, medianMs),
            calls: callsOf(i),
          },
        ]),
      ),
    }
    return spec as Topology
  })

const inputs: fc.Arbitrary<SystemInputs> = fc.record({
  entryRatePerS: fc.constantFrom(0, 0.001, 3, 50, 1000, 1e9),
  versions: fc
    .array(
      fc.record({
        pods: fc.constantFrom(0, 1, 10),
        timeFactor: fc.constantFrom(0, 1, 3, 1e9),
        cpuFactor: fc.constantFrom(1, 200),
        workersPerPod: fc.constantFrom(0, 0.3, 4, 7.5, 1000),
        cpuLimitPerPod: fc.constantFrom(null, 0, 0.1, 4),
        hangRatio: fc.constantFrom(0, 0.1, 1),
        callTimeoutMs: fc.constantFrom(null, 0, 50, 1e7),
        tailRatio: fc.constantFrom(0, 0.01),
        tailFactor: fc.constantFrom(1, 200),
        errorRatio: fc.constantFrom(0, 0.3, 1),
      }),
      { minLength: 0, maxLength: 3 },
    )
    .map(versions => versions.map((one, i) => ({ ...one, key: 64 * (i + 1), extraCalls: null }))),
  disturbed: fc.dictionary(
    fc.constantFrom('s0', 's1', 's2', 's6'),
    fc.record({
      errorRatio: fc.constantFrom(0, 0.2, 1),
      timeFactor: fc.constantFrom(1, 30),
      capacityFactor: fc.constantFrom(0, 0.1, 1),
    }),
    { maxKeys: 2 },
  ),
})

const compiled = (topology: Topology) => compileSystem(topology, shippedParameters, 0.5)
const run = (model: SystemModel, all: readonly SystemInputs[]) => {
  const state = createSystemState()
  return { state, outcomes: all.map(some => stepSystem(model, state, some, cellMs)) }
}

test('generated topologies are legal', () => {
  fc.assert(
    fc.property(topologies, topology => {
      const text = (ms: number | undefined) => (ms === undefined ? undefined : `${ms}ms`)
      const spec = structuredClone(topology) as unknown as { services: Record<string, { [key: string]: unknown }> }
      for (const service of Object.values(spec.services)) {
        const { time, cpu, calls } = service as { time: { median: number }; cpu: number; calls: Record<string, object> }
        service['time'] = { ...time, median: text(time.median) }
        service['cpu'] = text(cpu)
        for (const call of Object.values(calls) as { timeout?: number | string }[])
          call.timeout = text(call.timeout as number)!
      }
      topologyDocument.parse({ apiVersion: 'carmine/v1alpha1', kind: 'Topology', metadata: { name: 'x' }, spec })
      return subjectCallsPerEntryRequest(topology) > 0
    }),
    { numRuns: 50 },
  )
})

test('every number of every outcome is finite and not negative, whatever the topology and its load', () => {
  fc.assert(
    fc.property(topologies, fc.array(inputs, { minLength: 1, maxLength: 3 }), (topology, all) => {
      const { outcomes } = run(compiled(topology), all)
      for (const outcome of outcomes) expect(oddNumbers(outcome)).toEqual([])
    }),
    { numRuns: 250 },
  )
})

test('what arrives is taken up, turned away or waits', () => {
  fc.assert(
    fc.property(topologies, fc.array(inputs, { minLength: 1, maxLength: 4 }), (topology, all) => {
      const { outcomes } = run(compiled(topology), all)
      const { subject } = topology
      outcomes.forEach((outcome, i) => {
        outcome.services.forEach(({ name, requestsPerS, startedPerS, rejectedPerS, backlog }, n) => {
          // Pods that are gone take what waits for them with them.
          if (name === subject && i > 0) return
          const before = i === 0 ? 0 : outcomes[i - 1]!.services[n]!.backlog
          const left = ((requestsPerS - startedPerS - rejectedPerS) * cellMs) / 1000
          expect(Math.abs(before + left - backlog)).toBeLessThan(1e-9 * (requestsPerS * 5 + before) + 1e-6)
        })
      })
    }),
    { numRuns: 100 },
  )
})

test('a clone goes on as the original does', () => {
  fc.assert(
    fc.property(topologies, fc.array(inputs, { minLength: 2, maxLength: 4 }), (topology, all) => {
      const model = compiled(topology)
      const { state } = run(model, all.slice(0, -1))
      const clone = cloneSystemState(state)
      expect(sameState(clone, state)).toBe(true)
      const last = all.at(-1)!
      const outcome = stepSystem(model, state, last, cellMs)
      expect(stepSystem(model, clone, last, cellMs)).toEqual(outcome)
      expect(sameState(clone, state)).toBe(true)
    }),
    { numRuns: 80 },
  )
})

test('what the original does changes nothing of its clone', () => {
  const storm = shopInputs({}, { payments: { timeFactor: 50 } })
  const { state } = run(shop, [storm, storm])
  const clone = cloneSystemState(state)
  const before = structuredClone(clone)
  stepSystem(shop, state, storm, cellMs)
  expect(clone).toEqual(before)
  expect(sameState(clone, state)).toBe(false)
})

test('more load is never better for users', () => {
  const worst = [0.1, 1, 2, 4, 6, 8, 12, 20].map(factor => {
    const all = Array.from({ length: 6 }, () => shopInputs({}, {}, 125 * factor))
    const last = run(shop, all).outcomes.at(-1)!
    const waiting = last.services.reduce((sum, { backlog }) => sum + backlog, 0)
    return { bad: last.routes[0]!.badRatio, waiting }
  })
  for (let i = 1; i < worst.length; i++) {
    // A short wait adds more to the mean than to the spread, and the far tail of the fitted lognormal shrinks a little.
    expect(worst[i]!.bad).toBeGreaterThanOrEqual(worst[i - 1]!.bad - 5e-5)
    expect(worst[i]!.waiting).toBeGreaterThanOrEqual(0.999 * worst[i - 1]!.waiting)
  }
  expect(worst.at(-1)!.bad).toBeGreaterThan(0.9)
})

test.each([
  [1, 0.01],
  [10, 0.01],
  [100, 0.01],
])('a request of %i calls fails when any of them does, each in %f', (leaves, failing) => {
  const time = { median: 1, sigma: 0.1 }
  const call = { perRequest: leaves, retries: 0 }
  const topology: Topology = {
    subject: 'root',
    entry: 'root',
    routes: { all: { share: 1, calls: ['leaf'] } },
    services: {
      root: { kind: 'service', workers: 1000, time, cpu: 0, errorRatio: 0, calls: { leaf: call } },
      leaf: { kind: 'service', replicas: 1, workers: 1000, time, cpu: 0, errorRatio: failing, calls: {} },
    },
  }
  const all = [{ entryRatePerS: 10, versions: [version({ workersPerPod: 1000 })], disturbed: {} }]
  const { outcomes } = run(compiled(topology), all)
  expect(outcomes[0]!.versions[0]!.dependencyErrorRatio).toBeCloseTo(1 - (1 - failing) ** leaves, 9)
})

test('ten services written by hand take less than 60 lines and work', () => {
  const topology = topologyOf('clusters/sim/system/fixtures/ten-services.yaml')
  expect(Object.keys(topology.services)).toHaveLength(10)
  const all = [{ entryRatePerS: 100, versions: [version()], disturbed: { 'orders-db': undisturbed } }]
  const { outcomes, state } = run(compiled(topology), all)
  expect(isCalm(state)).toBe(true)
  expect(serviceOf(outcomes[0]!, 'orders').requestsPerS).toBeCloseTo(100 * subjectCallsPerEntryRequest(topology), 3)
})

/** Paths of numbers that are negative or not finite; logarithms may be negative. */
function oddNumbers(outcome: SystemOutcome): string[] {
  const odd: string[] = []
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'number') {
      if (!Number.isFinite(value) || (value < 0 && !/mu$/i.test(path))) odd.push(`${path}: ${value}`)
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`)
    }
  }
  visit(outcome, 'outcome')
  return odd
}
