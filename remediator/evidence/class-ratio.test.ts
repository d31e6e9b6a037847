import { describe, expect, it } from 'vitest'
import { logEvidenceOf } from './class-ratio.ts'

interface Block {
  judged: number[]
  baseline: number[]
  judgedRequests: number
  baselineRequests: number
}

function nats(block: Block, ratio: number[], tolerated = ratio.map(() => 1)): number {
  const table = {
    classes: ratio.length,
    tolerated: Float64Array.from(tolerated),
    ratio: Float64Array.from(ratio),
    logGain: Float64Array.from(ratio, (value, k) => Math.log(value / tolerated[k]!)),
  }
  const judged = { trials: block.judgedRequests, counts: block.judged }
  const baseline = { trials: block.baselineRequests, counts: block.baseline }
  return logEvidenceOf(table, 0, 0, ratio.length, judged, baseline)
}

/** Errors of 50 and of 450 requests, four looks; the reference values are for these. */
const errors = [
  [1, 2],
  [3, 1],
  [4, 3],
  [2, 2],
] as const

const binomial = (n: number, k: number, p: number): number => {
  let value = (1 - p) ** (n - k) * p ** k
  for (let i = 1; i <= k; i++) value *= (n - k + i) / i
  return value
}

/** E[e] over all outcomes of two blocks of errors and successes. */
function mean(n: [number, number], p: [number, number], ratio: number[], tolerated?: number[]): number {
  let total = 0
  for (let c = 0; c <= n[0]; c++) {
    for (let b = 0; b <= n[1]; b++) {
      const block = {
        judged: [n[0] - c, c],
        baseline: [n[1] - b, b],
        judgedRequests: n[0],
        baselineRequests: n[1],
      }
      total += binomial(n[0], c, p[0]) * binomial(n[1], b, p[1]) * Math.exp(nats(block, ratio, tolerated))
    }
  }
  return total
}

describe('the evidence of one look', () => {
  // Computed with SciPy for the block e-variable of arXiv 2106.02693, section 2.
  it.each([
    [0.01, 0.96747],
    [0.05, 0.981041],
    [0.1, 0.992861],
    [0.18, 1],
    [0.3, 0.984545],
    [0.5, 0.896755],
    [0.9, 0.569807],
  ])('has at %f errors the mean %f for blocks of 2 and 3 and ratios .3/.1', (p, expected) => {
    expect(mean([2, 3], [p, p], [0.7 / 0.9, 3])).toBeCloseTo(expected, 6)
  })

  it('agrees with the plug-in with prior Beta(.18, .18), look by look', () => {
    const seen = { judged: 0.18, baseline: 0.18, judgedTotal: 0.36, baselineTotal: 0.36 }
    let sum = 0
    const path = errors.map(([c, b]) => {
      const qc = seen.judged / seen.judgedTotal
      const qb = seen.baseline / seen.baselineTotal
      const block = { judged: [50 - c, c], baseline: [450 - b, b], judgedRequests: 50, baselineRequests: 450 }
      sum += nats(block, [(1 - qc) / (1 - qb), qc / qb])
      seen.judged += c
      seen.baseline += b
      seen.judgedTotal += 50
      seen.baselineTotal += 450
      return sum
    })
    const expected = [0, 3.472166, 8.313282, 10.342104]
    for (const [i, value] of expected.entries()) expect(path[i]).toBeCloseTo(value, 6)
  })

  it('agrees with the reference for three outcomes', () => {
    const block = { judged: [5, 3, 2], baseline: [73, 13, 4], judgedRequests: 10, baselineRequests: 90 }
    expect(nats(block, [0.6 / 0.8, 0.3 / 0.15, 0.1 / 0.05])).toBeCloseTo(1.905291, 6)
  })

  it('agrees with the grid of rate ratios 2, 4 and 10, look by look', () => {
    const sums = [2, 4, 10].map(ratio => {
      let sum = 0
      return errors.map(([c, b]) => {
        sum += nats({ judged: [c], baseline: [b], judgedRequests: 50, baselineRequests: 450 }, [ratio])
        return sum
      })
    })
    const expected = [1.593744, 53.62706, 4749.137, 35181.6]
    for (const [t, value] of expected.entries()) {
      const evidence = sums.reduce((total, path) => total + Math.exp(path[t]!), 0) / 3
      expect(evidence / value).toBeCloseTo(1, 6)
    }
  })

  it.each([
    [0.01, 1.3],
    [0.2, 1.3],
    [0.5, 1.3],
    [0.05, 1],
    [0.5, 0.4],
    [0.7, 0.9],
  ])(
    'has a mean of at most 1 at %f errors of the baseline and a true ratio of %f, within the tolerance',
    (p, ratio) => {
      for (const n of [
        [1, 1],
        [2, 5],
        [6, 2],
      ] as [number, number][]) {
        for (const believed of [1.31, 2, 10, 100]) {
          expect(mean(n, [Math.min(1, p * ratio), p], [1, believed], [1, 1.3])).toBeLessThanOrEqual(1 + 1e-12)
        }
      }
    },
  )

  it('has a mean above 1 just beyond the tolerance', () => {
    expect(mean([2, 5], [0.01 * 1.5, 0.01], [1, 1.4], [1, 1.3])).toBeGreaterThan(1)
  })

  it('is nothing when one version has no requests', () => {
    expect(nats({ judged: [0], baseline: [4], judgedRequests: 0, baselineRequests: 90 }, [10])).toBe(0)
  })
})
