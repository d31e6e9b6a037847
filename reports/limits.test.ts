import { expect, test } from 'vitest'
import type { CriterionResult } from '../harness/judge/summary.ts'
import { summary } from './fixtures/summary.ts'
import { limitsOf } from './limits.ts'

test.each([
  ['L1 recall >= 95%', { operator: '>=', bound: 0.95 }],
  ['L1 fdrtS.p95 < 1m30s', { operator: '<', bound: 90 }],
  ['L1 harm.goodReleaseMinutesLost <= 5m in scenario latency', { operator: '<=', bound: 5 }],
  ['L1 harm.badRequests <= 2e4 in latency', { operator: '<=', bound: 20_000 }],
  ['L1 something = 3', null],
])('%s is bounded in the unit of its measure', (criterion, limit) => {
  const criteria: CriterionResult[] = [{ ...summary.criteria[0]!, criterion, bound: 'in other words' }]
  expect(limitsOf({ criteria })).toEqual([limit])
})
