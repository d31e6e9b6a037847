import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createUsage } from './pod-usage.ts'
import { apportion, outcomes, type SubjectPod, settleCell } from './subject-pod.ts'

function podOf(name: string, buckets: number): SubjectPod {
  return {
    name,
    podTemplateHash: 'a',
    revision: 1,
    startedAtMs: 0,
    sumS: [0, 0],
    growingS: [0, 0],
    target: 0,
    nextScrapeMs: 0,
    counts: new Float64Array(2 * buckets),
    growing: new Float64Array(2 * buckets),
    exposed: [],
    usage: createUsage(),
  }
}

test('pods get whole requests, all of them, and none is ever more than one ahead of another', () => {
  const buckets = 3
  const cell = fc.tuple(
    fc.constantFrom(...Object.values(outcomes)),
    fc.array(fc.nat({ max: 40 }), { minLength: buckets, maxLength: buckets }),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 12 }), fc.array(cell, { maxLength: 40 }), (n, cells) => {
      const pods = Array.from({ length: n }, (_, i) => podOf(`p${i}`, buckets))
      const turns: number[] = []
      const sent = new Array<number>(2 * buckets).fill(0)
      for (const [outcome, counts] of cells) {
        apportion(pods, outcome, counts, turns)
        for (const pod of pods) settleCell(pod)
        counts.forEach((count, b) => {
          sent[outcome * buckets + b]! += count
        })
        sent.forEach((total, i) => {
          const shares = pods.map(pod => pod.counts[i]!)
          expect(shares.reduce((a, b) => a + b)).toBe(total)
          expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(1)
        })
      }
    }),
  )
})
