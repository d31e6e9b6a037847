import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { IntOrString } from '../../manifests/argo-types.ts'
import {
  approximateCounts,
  basicCanaryCounts,
  type CanaryCounts,
  type CanarySituation,
  type ReplicaCounts,
} from './replica-counts.ts'
import { podBudget } from './spec.ts'

interface BasicRow {
  readonly name: string
  readonly replicas: number
  readonly setWeight: number
  readonly maxSurge: IntOrString
  readonly maxUnavailable: IntOrString
  readonly promoteFull: boolean
  readonly abort: boolean
  readonly stable: ReplicaCounts
  readonly canary: ReplicaCounts
  readonly olderSpec: number
  readonly expected: CanaryCounts
}

/** Rows of argo-rollouts v1.9.1 (Apache-2.0), utils/replicaset/canary_test.go, without those that need traffic routing. */
const upstream = JSON.parse(readFileSync(new URL('./fixtures/replica-counts.json', import.meta.url), 'utf8')) as {
  approximate: [replicas: number, weight: number, maxWeight: number, maxSurge: number, canary: number, stable: number][]
  basicCanary: BasicRow[]
}

test.each(upstream.approximate)('%i replicas at %i of %i with surge %i are %i canaries and %i stable', (...row) => {
  const [replicas, weight, maxWeight, maxSurge, canary, stable] = row
  expect(approximateCounts(replicas, weight, maxWeight, maxSurge)).toEqual({ canary, stable })
})

describe('the next counts of a basic canary are upstream’s', () => {
  test.each(upstream.basicCanary)('$name', row => {
    const { replicas, maxSurge, maxUnavailable, canary, stable, olderSpec, expected } = row
    const budget = podBudget({ replicas, template: {}, strategy: { canary: { maxSurge, maxUnavailable } } })
    const weight = row.promoteFull ? 100 : row.abort ? 0 : row.setWeight
    expect(
      basicCanaryCounts({ replicas, weight, ...budget, canary, stable, isStableDistinct: true, olderSpec }),
    ).toEqual(expected)
  })
})

test('without a stable ReplicaSet, or where it is the canary’s own, everything is canary', () => {
  const own = { spec: 9, available: 9 }
  const situation = {
    replicas: 10,
    weight: 10,
    maxSurge: 0,
    maxUnavailable: 1,
    canary: own,
    isStableDistinct: false,
    olderSpec: 0,
  }
  expect(basicCanaryCounts({ ...situation, stable: null })).toEqual({ canary: 10, stable: 0 })
  expect(basicCanaryCounts({ ...situation, stable: own })).toEqual({ canary: 10, stable: 0 })
})

const counts = fc
  .tuple(fc.nat(12), fc.nat(12))
  .map(([spec, missing]) => ({ spec, available: Math.max(0, spec - missing) }))
const situations: fc.Arbitrary<CanarySituation> = fc
  .record({
    replicas: fc.integer({ min: 1, max: 12 }),
    weight: fc.nat(100),
    maxSurge: fc.nat(4),
    maxUnavailable: fc.nat(4),
    canary: counts,
    stable: counts,
  })
  .filter(({ maxSurge, maxUnavailable }) => maxSurge + maxUnavailable > 0)
  .map(situation => ({
    ...situation,
    maxUnavailable: Math.min(situation.maxUnavailable, situation.replicas),
    isStableDistinct: true,
    olderSpec: 0,
  }))

test('a pass never plans more pods than the surge allows, unless there are more already', () => {
  fc.assert(
    fc.property(situations, situation => {
      const next = basicCanaryCounts(situation)
      const before = situation.canary!.spec + situation.stable!.spec
      expect(next.canary + next.stable).toBeLessThanOrEqual(Math.max(before, situation.replicas + situation.maxSurge))
    }),
  )
})

test('a pass never takes available pods below the least availability, where they are above it', () => {
  fc.assert(
    fc.property(situations, situation => {
      const { canary, stable, replicas, maxUnavailable } = situation
      const next = basicCanaryCounts(situation)
      const left = Math.min(canary!.available, next.canary) + Math.min(stable!.available, next.stable)
      const before = canary!.available + stable!.available
      const isScaledDown = next.canary < canary!.spec || next.stable < stable!.spec
      if (isScaledDown && before >= replicas - maxUnavailable)
        expect(left).toBeGreaterThanOrEqual(replicas - maxUnavailable)
    }),
    { numRuns: 500 },
  )
})

test('repeated passes over pods that all become available end at the approximated split', () => {
  fc.assert(
    fc.property(situations, start => {
      let { canary, stable } = start
      for (let i = 0; i < 60; i++) {
        const next = basicCanaryCounts({ ...start, canary, stable })
        canary = { spec: next.canary, available: next.canary }
        stable = { spec: next.stable, available: next.stable }
      }
      expect({ canary: canary!.spec, stable: stable!.spec }).toEqual(
        approximateCounts(start.replicas, start.weight, 100, start.maxSurge),
      )
    }),
  )
})
