import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logEvidenceOf } from './class-ratio.ts'
import { createExpertTable, expertName, setBaselineExperts, setPlugInExpert } from './experts.ts'

const boundsS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const buckets = boundsS.length + 1
const beliefs = {
  errorRatios: [2, 4, 10],
  latencyFactors: [1.5, 2, 4],
  tailShare: 0.05,
  toleratedErrorRatio: 1.3,
  toleratedLatencyFactor: 1.25,
}

const weights = (min: number) =>
  fc.array(fc.double({ min, max: 1, noNaN: true }), { minLength: buckets + 1, maxLength: buckets + 1 })

function tableFor(law: number[], past: number[]) {
  const table = createExpertTable(beliefs, buckets + 1)
  setBaselineExperts(table, beliefs, Float64Array.from(law), boundsS)
  setPlugInExpert(table, Float64Array.from(law), Float64Array.from(past), new Float64Array(buckets + 1))
  return table
}

function normal(law: number[]): number[] {
  const total = law.reduce((sum, p) => sum + p)
  return law.map(p => p / total)
}

/** E[e] of an expert over one look of `n` successes a side, when the laws of latency are these. */
function meanEvidence(
  table: ReturnType<typeof tableFor>,
  expert: number,
  judged: number[],
  baseline: number[],
): number {
  const n = { judged: 30, baseline: 70 }
  const none = new Array<number>(buckets + 1).fill(0)
  const gainOf = (side: 'judged' | 'baseline', k: number) => {
    const counts = { judged: none, baseline: none, [side]: none.with(k, 1) }
    const { judged: c, baseline: b } = counts
    return logEvidenceOf(table, expert, 0, buckets, { trials: 30, counts: c }, { trials: 70, counts: b })
  }
  let judgedMean = 0
  let baselineMean = 0
  for (let k = 0; k < buckets; k++) {
    judgedMean += judged[k]! * Math.exp(gainOf('judged', k))
    baselineMean += baseline[k]! * Math.exp(gainOf('baseline', k))
  }
  return judgedMean ** n.judged * baselineMean ** n.baseline
}

describe('the experts', () => {
  it('gain nothing on average while both versions share a law, whatever the experts believe of it', () => {
    fc.assert(
      fc.property(weights(0.001), weights(0), weights(0.001), (law, past, truth) => {
        const table = tableFor(
          law,
          past.map(count => count * 100),
        )
        const shared = normal(truth.slice(0, buckets))
        for (let m = 0; m < table.experts; m++) expect(meanEvidence(table, m, shared, shared)).toBeLessThan(1 + 1e-9)
      }),
    )
  })

  it('gain nothing on average when the judged version is faster', () => {
    fc.assert(
      fc.property(weights(0.001), weights(0), weights(0.001), weights(0), (law, past, truth, moved) => {
        const table = tableFor(
          law,
          past.map(count => count * 100),
        )
        const baseline = normal(truth.slice(0, buckets))
        const faster = [...baseline]
        for (let k = buckets - 1; k > 0; k--) {
          const share = faster[k]! * moved[k]!
          faster[k]! -= share
          faster[k - 1]! += share
        }
        for (let m = 0; m < table.experts; m++) expect(meanEvidence(table, m, faster, baseline)).toBeLessThan(1 + 1e-9)
      }),
      { numRuns: 1000 },
    )
  })

  it('bet more on a slower bucket than on any faster one', () => {
    fc.assert(
      fc.property(weights(0.001), weights(0), (law, past) => {
        const { experts, classes, logGain } = tableFor(
          law,
          past.map(count => count * 100),
        )
        for (let m = 0; m < experts; m++) {
          const gains = [...logGain.subarray(m * classes, m * classes + buckets)]
          expect(gains).toEqual(gains.toSorted((a, b) => a - b))
        }
      }),
    )
  })

  it('are remade without a trace of the law before', () => {
    fc.assert(
      fc.property(weights(0.001), weights(0.001), weights(0), (before, law, past) => {
        const remade = tableFor(before, past)
        setBaselineExperts(remade, beliefs, Float64Array.from(law), boundsS)
        setPlugInExpert(remade, Float64Array.from(law), Float64Array.from(past), new Float64Array(buckets + 1))
        expect(remade.logGain).toEqual(tableFor(law, past).logGain)
      }),
    )
  })

  it('are named as in the table', () => {
    const table = tableFor(new Array(buckets + 1).fill(1), new Array(buckets + 1).fill(0))
    expect(Array.from({ length: table.experts }, (_, m) => expertName(beliefs, m))).toEqual([
      'errors x2',
      'errors x4',
      'errors x10',
      'latency x1.5',
      'latency x2',
      'latency x4',
      'slow tail',
      'past latency',
      'past errors',
    ])
  })
})
