import { expect, test } from 'vitest'
import { loadSpec } from '../model/load.ts'
import { describeLoad } from './describe-load.ts'

const base = '50 requests/s, index of dispersion 3'

test.each([
  ['what is left out is not told', {}, base],
  [
    'stages, one at once',
    {
      stages: [
        { for: '5m', target: 2 },
        { for: '0s', target: 0.5 },
        { for: '1m', from: 3, target: 1 },
      ],
    },
    `${base}; to 2x in 5m, then at once 0.5x, then from 3x to 1x in 1m`,
  ],
  [
    'a burst that the seed places',
    { startsAt: '09:05', bursts: [{ at: { from: '5m', to: '10m' }, for: '30s', factor: 6 }] },
    `${base}; from 09:05 on; 6x at 5m to 10m for 30s`,
  ],
  [
    'shapes that are off',
    { requestsPerSecond: 0.3, dispersionIndex: 1, daily: 'off', burstiness: 'off' },
    '0.3 requests/s, index of dispersion 1; no daily shape; no slow ups and downs',
  ],
  [
    'shapes of their own',
    { daily: { amplitude: 0.2 }, burstiness: { correlationTime: '1m' } },
    `${base}; daily shape of amplitude 0.2; slow ups and downs of correlation time 1m`,
  ],
  [
    'mixes',
    {
      routes: { pay: 1 },
      laterRoutes: { at: '5m', routes: { pay: 0.5, refund: 0.5 } },
      tenants: { count: 3, zipf: 1 },
    },
    `${base}; routes pay 100%; at 5m pay 50%, refund 50%; 3 tenants, the n-th in proportion to n^-1`,
  ],
])('%s', (_, written, line) => {
  expect(describeLoad(loadSpec.parse(written))).toBe(line)
})
