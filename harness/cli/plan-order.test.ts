import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { TrialResult } from '../judge/trial-result.ts'
import { inPlanOrder } from './plan-order.ts'

const trial = (id: string) => ({ id }) as TrialResult
const unitOf = (unit: number) => ({ unit, trials: [trial(`${unit}a`), trial(`${unit}b`)] })

test('whatever order units come in, their trials go on in plan order, once each', () => {
  const order = fc.uniqueArray(fc.nat(20), { selector: unit => unit })
  fc.assert(
    fc.property(order, fc.nat(20), (units, lost) => {
      const told: string[] = []
      const passing = inPlanOrder(
        Array.from({ length: 21 }, (_, i) => i),
        ({ id }) => told.push(id),
      )
      const all = units.toSorted((a, b) => a - b)
      for (const unit of units) if (unit !== lost) passing.add(unit, unitOf(unit).trials)
      passing.finish(all.map(unitOf))
      expect(told).toEqual(all.flatMap(unit => [`${unit}a`, `${unit}b`]))
    }),
  )
})

test('a trial goes on as soon as those before it have', () => {
  const told: string[] = []
  const order = inPlanOrder([0, 1], ({ id }) => told.push(id))
  order.add(1, [trial('1')])
  expect(told).toEqual([])
  order.add(0, [trial('0')])
  expect(told).toEqual(['0', '1'])
})
