import { pairedDifference } from '../stats/bootstrap.ts'
import { mcNemar, pairedRateDifference } from '../stats/paired-rates.ts'
import { relabel, signFlip } from '../stats/permutation.ts'
import { trialsToTell as meansToTell, trialsToTellRates } from '../stats/planning.ts'
import { type StreamKey, uniform, uniform3 } from '../stats/uniform.ts'
import { unpairedDifference } from '../stats/unpaired-means.ts'
import { fisher, rateDifference } from '../stats/unpaired-rates.ts'
import type { ComparedMeasure } from './compared-measures.ts'
import type { TestedDifference } from './comparison.ts'

/** What the trials of one scenario say of a measure; where they are paired, by index. */
export interface Sample {
  readonly scenario: string
  readonly family: string
  readonly before: readonly number[]
  readonly after: readonly number[]
}

export interface TestOptions {
  readonly paired: boolean
  /** Of the bootstrap's draws. */
  readonly key: StreamKey
  readonly resamples: number
}

export type Tested = Omit<TestedDifference, 'adjustedP'>

/**
 * Whether a measure differs, over the given scenarios together. Rates: McNemar's exact test by its mid-p, or Fisher's where trials are not
 * paired. Means and restricted mean times: both a bootstrap-t, which the interval is of too, and a permutation test have to say so; the one
 * knows that two policies may spread differently, the other errs in no more than it says where they do the same, however rare and large what
 * they do is. Scenarios are what they are: the trials are taken as drawn from these.
 */
export function testDifference(
  { unit, better }: Pick<ComparedMeasure, 'unit' | 'better'>,
  samples: readonly Sample[],
  { paired, key, resamples }: TestOptions,
): Tested {
  const before = samples.flatMap(sample => sample.before)
  const after = samples.flatMap(sample => sample.after)
  const n = { baseline: before.length, candidate: after.length }
  const values = { baseline: meanOf(before), candidate: meanOf(after) }
  const count = (wanted: 'higher' | 'lower') =>
    after.filter((value, i) => (wanted === 'higher' ? value > before[i]! : value < before[i]!)).length
  const pairs = paired ? { better: count(better), worse: count(better === 'higher' ? 'lower' : 'higher') } : null
  if (before.length === 0 || after.length === 0) {
    return { n, values, difference: { value: null, low: null, high: null }, pairs, p: null }
  }
  const draw = (i: number) => uniform(key, i)
  if (unit === 'ratio') {
    const [a, b] = [totalOf(before), totalOf(after)]
    if (!paired) {
      const difference = rateDifference(a, before.length, b, after.length)
      return { n, values, difference, pairs, p: fisher(a, before.length, b, after.length).midP }
    }
    const [onlyBefore, onlyAfter] = [count('lower'), count('higher')]
    const difference = pairedRateDifference(onlyBefore, onlyAfter, before.length)
    return { n, values, difference, pairs, p: mcNemar(onlyBefore, onlyAfter).midP }
  }
  const permuted = (i: number) => uniform3(key, i, 1, 0)
  if (!paired) {
    const { p, ...difference } = unpairedDifference(...withoutStrata(samples), draw, { resamples })
    return { n, values, difference, pairs, p: Math.max(p, relabel(samples, permuted, resamples)) }
  }
  const differences = differencesOf(samples)
  const { p, ...difference } = pairedDifference(
    differences.map(() => 0),
    differences,
    draw,
    { resamples },
  )
  const plain = after.map((value, i) => value - before[i]!)
  return { n, values, difference, pairs, p: Math.max(p, signFlip(plain, permuted, resamples)) }
}

/** How many trials of each side would let the difference be told with a chance of 80 %; null where none is seen. */
export function trialsToTell(
  { unit }: ComparedMeasure,
  samples: readonly Sample[],
  paired: boolean,
  confidence: number,
): number | null {
  const before = samples.flatMap(sample => sample.before)
  const after = samples.flatMap(sample => sample.after)
  const n = Math.min(before.length, after.length)
  if (n < 2) return null
  if (!paired) {
    const [a, b] = unit === 'ratio' ? [before, after] : withoutStrata(samples)
    return meansToTell(meanOf(b)! - meanOf(a)!, Math.sqrt(varianceOf(a) + varianceOf(b)), { confidence })
  }
  if (unit !== 'ratio') {
    const differences = differencesOf(samples)
    return meansToTell(meanOf(differences)!, Math.sqrt(varianceOf(differences)), { confidence })
  }
  const share = (wanted: number) => after.filter((value, i) => value - before[i]! === wanted).length / n
  return trialsToTellRates(share(-1), share(1), { confidence })
}

/**
 * The differences of the pairs, with what the scenarios' mean differences differ in taken out: that is no noise, as every run has the same
 * scenarios. Around the mean of its scenario a difference lies as far as if that had not been drawn with it. The mean of all stays as it is.
 */
function differencesOf(samples: readonly Sample[]): number[] {
  const ofScenarios = samples.map(({ before, after }) => after.map((value, i) => value - before[i]!))
  const mean = meanOf(ofScenarios.flat())!
  return ofScenarios.flatMap(own => (own.length < 2 ? own : around(own, meanOf(own)!, mean)))
}

/** The same of trials that are not paired: their values less the mean of their scenario over both sides. */
function withoutStrata(samples: readonly Sample[]): [number[], number[]] {
  const apart = samples.flatMap(({ before, after }) => {
    const [a, b] = [meanOf(before), meanOf(after)]
    if (a === null || b === null) return []
    const both = meanOf([...before, ...after])!
    return [{ before: around(before, a, a - both), after: around(after, b, b - both) }]
  })
  return [apart.flatMap(({ before }) => before), apart.flatMap(({ after }) => after)]
}

/** Values of the given mean, spread out around another. */
function around(values: readonly number[], mean: number, newMean: number): number[] {
  const wider = values.length > 1 ? Math.sqrt(values.length / (values.length - 1)) : 1
  return values.map(value => newMean + (value - mean) * wider)
}

function totalOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : totalOf(values) / values.length
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values)!
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
}
