import { describe, expect, it, test } from 'vitest'
import type { BoundedEvidence } from './bounded-evidence.ts'
import { boundsOf, decideBy } from './claims.ts'
import { trialsWanted } from './missing-evidence.ts'

const rate = (count: number, n: number, scares = 1): BoundedEvidence => ({
  type: 'rate',
  shown: { count, n },
  rates: Array.from({ length: scares }, () => ({ count, n })),
})

describe('the trials that are wanted', () => {
  it.each<[string, BoundedEvidence, number, number, number | null]>([
    ['none alarmed, less than 1 %', rate(0, 50), 0.01, 0.05, 299],
    ['the same at a quarter of the level', rate(0, 50), 0.01, 0.0125, 437],
    ['the same of four scares at once', rate(0, 50, 4), 0.01, 0.05, 437],
    ['as many as the limit', rate(5, 100), 0.05, 0.05, null],
    ['no trials', rate(0, 0), 0.05, 0.05, null],
    ['at least one more than there are', rate(0, 400), 0.01, 0.05, 401],
  ])('%s', (_, evidence, limit, alpha, wanted) => {
    expect(trialsWanted(evidence, limit, alpha)).toBe(wanted)
  })

  it('of times are those that show the share that was done by the limit', () => {
    const lifetimes = [10, 20, 30, 40].map(time => ({ time, observed: true }))
    const quantile = (share: number): BoundedEvidence => ({
      type: 'quantile',
      followed: { lifetimes, horizonS: 1800 },
      share,
    })
    // All of them: 0.95^59 is the first below 5 %.
    expect(trialsWanted(quantile(0.95), 60, 0.05)).toBe(59)
    expect(trialsWanted(quantile(0.5), 60, 0.05)).toBe(5)
    expect(trialsWanted(quantile(0.75), 30, 0.05)).toBeNull()
  })
})

/** As much evidence of the same kind. */
function grown(evidence: BoundedEvidence, times: number): BoundedEvidence {
  const count = ({ count, n }: { count: number; n: number }) => ({
    count: Math.round(count * times),
    n: Math.round(n * times),
  })
  switch (evidence.type) {
    case 'rate':
      return { ...evidence, shown: count(evidence.shown), rates: evidence.rates.map(count) }
    case 'precision':
      return { ...evidence, recall: count(evidence.recall), falseActions: count(evidence.falseActions) }
    case 'perHour':
      return { ...evidence, events: Math.round(evidence.events * times), hours: evidence.hours * times }
    case 'mean':
      return { ...evidence, values: Array.from({ length: Math.ceil(times) }, () => evidence.values).flat() }
    default:
      throw new Error('not used here')
  }
}

test.each<[string, BoundedEvidence, number]>([
  ['a rate', rate(3, 100), 0.06],
  ['a precision', { type: 'precision', recall: { count: 95, n: 100 }, falseActions: { count: 1, n: 300 } }, 0.8],
  ['alarms an hour', { type: 'perHour', events: 2, hours: 100, n: 200 }, 0.05],
  ['a mean', { type: 'mean', values: Array.from({ length: 120 }, (_, i) => i % 10) }, 4.8],
])('%s that is open is decided by what is wanted, if it goes on so', (_, evidence, limit) => {
  const key = [1, 'test', 'missing'] as const
  const now = boundsOf(evidence, 0.05, key)
  expect(decideBy(now, '<', limit)).toBe('inconclusive')
  const wanted = trialsWanted(evidence, limit, 0.05)!
  expect(wanted).toBeGreaterThan(now.n)
  // With a chance of 80 % a little more is asked for than what goes on exactly so.
  expect(decideBy(boundsOf(grown(evidence, wanted / now.n), 0.05, key), '<', limit)).not.toBe('inconclusive')
})
