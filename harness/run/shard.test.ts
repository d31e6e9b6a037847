import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allRows } from './fixtures/all-rows.ts'
import { planOf, scenarioOf } from './fixtures/trials.ts'
import { unitsOfShard } from './shard.ts'
import { planUnits } from './suite-plan.ts'

const plan = planOf([scenarioOf('error-ratio'), scenarioOf('dependency-outage'), scenarioOf('latency')], allRows(), {
  seeds: 7,
})
const units = planUnits(plan)

test('every unit is in exactly one shard, in plan order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 30 }), count => {
      const shards = Array.from({ length: count }, (_, i) => unitsOfShard(units, { index: i + 1, count }))
      for (const shard of shards) expect(shard).toEqual(shard.toSorted((a, b) => a.index - b.index))
      expect(shards.flat().toSorted((a, b) => a.index - b.index)).toEqual(units)
    }),
  )
})

test('shards differ by one seed at most, and have both variants of each of theirs', () => {
  for (const count of [2, 3, 4, 5]) {
    const sizes = Array.from({ length: count }, (_, i) => {
      const own = unitsOfShard(units, { index: i + 1, count })
      expect(own.length % 2).toBe(0)
      expect(own.filter(({ variant }) => variant === 'faulty')).toHaveLength(own.length / 2)
      return own.length
    })
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(2)
  }
})
