import type { Look, VersionLook } from '../../harness/model/look.ts'
import { type Outcomes, outcomesOf } from './outcomes.ts'

/** Whether a new version's slowness fades as its first pods get older. */
export type ExcessTrend = 'fades' | 'seems to fade' | 'stays' | 'unknown'

/** Ages at which 63 % of a slowness is gone: caches and JITs take from some ten seconds to a few minutes (assumption). */
const timeConstantsS = [20, 40, 80, 140]
const excesses = [0.3, 0.5, 0.8, 1.2, 1.8, 2.5, 3.5, 5, 7, 10, 14, 20]
/** What fades has to be seen first: a third longer, as a logarithm. */
const leastRise = 0.3
/** Differences of pods and of buckets that have nothing to do with age, in standard deviations of a logarithm (assumption). */
const otherSd = 0.08

/**
 * Two explanations of how much longer the version's requests took, look by look, until it got more pods: an excess that stays, and one that
 * fades exponentially. The better one by its likelihood: by e^4 it is sure, by e^1.5 it seems so. What fades to less but not to nothing stays.
 */
export function excessTrend(
  looks: readonly Look[],
  picks: (version: VersionLook) => boolean,
  baseline: Outcomes,
  upperBoundsS: readonly number[],
): ExcessTrend {
  const base = logTime(baseline, upperBoundsS)
  const own = looks.filter(({ versions }) => versions.some(one => picks(one) && one.requests > 0))
  const [first] = own
  if (first === undefined || base.count < 50) return 'unknown'
  const podsIn = ({ versions }: Look) => versions.find(picks)!.pods
  const most = Math.max(...own.slice(0, 4).map(podsIn))
  const end = own.findIndex(look => podsIn(look) > most)
  const points = (end < 0 ? own : own.slice(0, end)).flatMap(look => {
    const { mean, variance, count } = logTime(outcomesOf([look], picks), upperBoundsS)
    const ageS = ((look.fromMs + look.toMs) / 2 - first.fromMs) / 1000
    return count < 8 ? [] : [{ ageS, rise: mean - base.mean, variance: variance / count + otherSd ** 2 }]
  })
  if (points.length < 3) return 'unknown'
  const early = points.slice(0, Math.ceil(points.length / 3))
  if (early.reduce((sum, { rise }) => sum + rise, 0) / early.length < leastRise) return 'unknown'
  const misfit = (floor: number, excess: number, timeConstantS: number) =>
    points.reduce((sum, { ageS, rise, variance }) => {
      const expected = Math.log(1 + floor + excess * Math.exp(-ageS / timeConstantS))
      return sum + (rise - expected) ** 2 / (2 * variance)
    }, 0)
  const best = (floors: readonly number[], timeConstants: readonly number[]) =>
    Math.min(
      ...floors.flatMap(floor => excesses.flatMap(excess => timeConstants.map(time => misfit(floor, excess, time)))),
    )
  const vanishing = best([0], timeConstantsS)
  if (vanishing - best(excesses, timeConstantsS) >= 4) return 'stays'
  const nats = best([0], [Number.POSITIVE_INFINITY]) - vanishing
  return nats >= 4 ? 'fades' : nats >= 1.5 ? 'seems to fade' : nats <= -1.5 ? 'stays' : 'unknown'
}

/** Mean and variance of the logarithm of a request's time, each bucket at the middle of its logarithms. */
function logTime(
  { latency }: Outcomes,
  upperBoundsS: readonly number[],
): { mean: number; variance: number; count: number } {
  let count = 0
  let sum = 0
  let squares = 0
  latency.forEach((n, k) => {
    const upper = upperBoundsS[k] ?? upperBoundsS.at(-1)!
    const lower = k === 0 ? upper / 4 : (upperBoundsS[k - 1] ?? upper)
    const log = Math.log(lower * upper) / 2
    count += n
    sum += n * log
    squares += n * log * log
  })
  const mean = sum / count
  return { mean, variance: Math.max(0.1, squares / count - mean * mean), count }
}
