import { expect, test } from 'vitest'
import { harmless } from '../../../harness/model/behaviour.ts'
import { lognormal, playBehaviour } from './outcome.ts'

test.each([
  ['a harmless release changes nothing', harmless, 200, 0, { code: 200, latencyMs: 40, touched: false }],
  [
    'an unlucky good request fails',
    { ...harmless, errorRatio: 0.3 },
    200,
    0.29,
    { code: 500, latencyMs: 40, touched: true },
  ],
  [
    'a lucky request is untouched',
    { ...harmless, errorRatio: 0.3 },
    200,
    0.3,
    { code: 200, latencyMs: 40, touched: false },
  ],
  [
    'a request that fails anyway is untouched',
    { ...harmless, errorRatio: 1 },
    500,
    0,
    { code: 500, latencyMs: 40, touched: false },
  ],
  [
    'slowness touches every request',
    { ...harmless, latencyFactor: 3 },
    200,
    0.5,
    { code: 200, latencyMs: 120, touched: true },
  ],
] as const)('%s', (_, behaviour, baseCode, uniform, expected) => {
  expect(playBehaviour(behaviour, baseCode, 40, uniform)).toEqual(expected)
})

test('lognormal draws have the asked median and log-deviation', () => {
  const grid = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200)
  const logs = grid.flatMap(u => grid.map(v => Math.log(lognormal(25, 0.8, [u, v]))))
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length)
  expect(mean).toBeCloseTo(Math.log(25), 6)
  expect(deviation).toBeCloseTo(0.8, 2)
})
