import { expect, test } from 'vitest'
import { harmless } from '../../../harness/model/behaviour.ts'
import { fateOf, lognormal } from './outcome.ts'

const unlucky = { hang: 0.09, error: 0.29, tail: 0.04 }
const lucky = { hang: 0.1, error: 0.3, tail: 0.05 }
const asEver = { code: 200, ownFactor: 1, totalFactor: 1, touched: false }

test.each([
  ['a harmless release changes nothing', {}, 200, unlucky, asEver],
  ['an unlucky good request fails', { errorRatio: 0.3 }, 200, unlucky, { ...asEver, code: 500, touched: true }],
  ['a lucky request is untouched', { errorRatio: 0.3 }, 200, lucky, asEver],
  ['a request that fails anyway is untouched', { errorRatio: 1, hangRatio: 1 }, 500, unlucky, { ...asEver, code: 500 }],
  ['an unlucky good request hangs', { hangRatio: 0.1 }, 200, unlucky, { ...asEver, code: null, touched: true }],
  ['one that hangs does not fail too', { hangRatio: 0.1, errorRatio: 1 }, 200, unlucky, { code: null }],
  ['one that does not hang may fail', { hangRatio: 0.1, errorRatio: 0.4 }, 200, lucky, { code: 500, touched: true }],
  ['slowness touches every request', { latencyFactor: 3 }, 200, lucky, { ...asEver, ownFactor: 3, touched: true }],
  ['a tail touches those in it', { tailRatio: 0.05, tailFactor: 30 }, 200, unlucky, { totalFactor: 30, touched: true }],
  ['and no others', { tailRatio: 0.05, tailFactor: 30 }, 200, lucky, asEver],
] as const)('%s', (_, deviating, baseCode, luck, expected) => {
  expect(fateOf({ ...harmless, ...deviating }, baseCode, luck)).toMatchObject(expected)
})

test('lognormal draws have the asked median and log-deviation', () => {
  const grid = Array.from({ length: 200 }, (_, i) => (i + 0.5) / 200)
  const logs = grid.flatMap(u => grid.map(v => Math.log(lognormal(25, 0.8, [u, v]))))
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
  const deviation = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length)
  expect(mean).toBeCloseTo(Math.log(25), 6)
  expect(deviation).toBeCloseTo(0.8, 2)
})
