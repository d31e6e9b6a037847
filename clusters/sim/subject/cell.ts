import type { Behaviour } from '../../../harness/model/behaviour.ts'
import { binomialQuantile, negativeBinomialQuantile } from '../../../harness/stats/quantiles.ts'
import { type StreamKey, streamKey, uniform, uniform3 } from '../../../harness/stats/uniform.ts'
import { latencyModel } from './latency-model.ts'

/** Length of the world's own tick in ms: requests are drawn once a cell, by version, and accrue evenly within it. */
export const cellMs = 5000

/** Keys of the noise. Every draw belongs to a cell and a revision, so that twins and policies see the same noise for ever. */
export interface TrafficNoise {
  readonly load: StreamKey
  readonly split: StreamKey
  readonly baseErrors: StreamKey
  readonly dependencyErrors: StreamKey
  readonly faultErrors: StreamKey
  readonly latency: StreamKey
  readonly errorLatency: StreamKey
}

export function trafficNoise(seed: number, scenario: string): TrafficNoise {
  const key = (stream: string) => streamKey(seed, scenario, stream)
  return {
    load: key('load'),
    split: key('split'),
    baseErrors: key('base errors'),
    dependencyErrors: key('dependency errors'),
    faultErrors: key('fault errors'),
    latency: key('latency'),
    errorLatency: key('error latency'),
  }
}

export interface TrafficSetting {
  readonly noise: TrafficNoise
  readonly requestsPerSecond: number
  /** Variance of a cell's requests over their mean. */
  readonly dispersionIndex: number
  readonly baseErrorRatio: number
  readonly latencyUpperBoundsS: readonly number[]
  /** Index of the first latency bucket that is slower than the SLO. */
  readonly firstSlowBucket: number
}

/** A version that serves in a cell. */
export interface ServingVersion {
  readonly revision: number
  readonly pods: number
  readonly behaviour: Behaviour
}

/** What a version's requests of one cell came to. */
export interface VersionOutcome {
  readonly requests: number
  /** Answered with 500, for whatever reason. */
  readonly errors: number
  /** Those of them that the dependency failed. */
  readonly dependencyErrors: number
  /** Failed, or slower than the SLO. */
  readonly bad: number
  /** Requests that differ from what they would have been without the fault. */
  readonly touched: number
  /** By latency bucket, not cumulative. */
  readonly successLatency: readonly number[]
  readonly errorLatency: readonly number[]
}

/** Requests of one cell, from a negative binomial, whoever serves them. */
export function drawLoad({ noise, requestsPerSecond, dispersionIndex }: TrafficSetting, cell: number): number {
  return negativeBinomialQuantile(uniform(noise.load, cell), (requestsPerSecond * cellMs) / 1000, dispersionIndex)
}

/**
 * Draws what becomes of the requests of one cell: split over versions by their serving pods, outcomes by inverse
 * CDF, so that a version with a fault and one without see the same luck.
 * @param dependencyErrorRatio share of requests that fail because of a dependency.
 * @returns one outcome per version, in the given order.
 */
export function drawCell(
  setting: TrafficSetting,
  cell: number,
  versions: readonly ServingVersion[],
  dependencyErrorRatio: number,
): VersionOutcome[] {
  let requestsLeft = drawLoad(setting, cell)
  let podsLeft = versions.reduce((sum, { pods }) => sum + pods, 0)
  return versions.map(version => {
    const u = uniform3(setting.noise.split, cell, version.revision, 0)
    const requests =
      podsLeft === version.pods ? requestsLeft : binomialQuantile(u, requestsLeft, version.pods / podsLeft)
    requestsLeft -= requests
    podsLeft -= version.pods
    return drawVersion(setting, cell, version, requests, dependencyErrorRatio)
  })
}

function drawVersion(
  setting: TrafficSetting,
  cell: number,
  { revision, behaviour }: ServingVersion,
  requests: number,
  dependencyErrorRatio: number,
): VersionOutcome {
  const { noise } = setting
  const failing = (key: StreamKey, among: number, ratio: number) =>
    ratio === 0 || among === 0 ? 0 : binomialQuantile(uniform3(key, cell, revision, 0), among, ratio)
  const baseErrors = failing(noise.baseErrors, requests, setting.baseErrorRatio)
  const dependencyErrors = failing(noise.dependencyErrors, requests - baseErrors, dependencyErrorRatio)
  const goodWithoutFault = requests - baseErrors - dependencyErrors
  const faultErrors = failing(noise.faultErrors, goodWithoutFault, behaviour.errorRatio)
  const errors = requests - goodWithoutFault + faultErrors
  const successLatency = drawLatency(setting, noise.latency, cell, revision, requests - errors, behaviour.latencyFactor)
  const errorLatency = drawLatency(setting, noise.errorLatency, cell, revision, errors, behaviour.latencyFactor)
  let bad = errors
  for (let b = setting.firstSlowBucket; b < successLatency.length; b++) bad += successLatency[b]!
  const touched = behaviour.latencyFactor === 1 ? faultErrors : requests
  return { requests, errors, dependencyErrors, bad, touched, successLatency, errorLatency }
}

function drawLatency(
  setting: TrafficSetting,
  key: StreamKey,
  cell: number,
  revision: number,
  requests: number,
  factor: number,
): number[] {
  const { conditional } = latencyModel(setting.latencyUpperBoundsS, factor)
  const counts = new Array<number>(conditional.length).fill(0)
  let left = requests
  for (let b = 0; left > 0 && b < conditional.length; b++) {
    const p = conditional[b]!
    const count = p >= 1 ? left : binomialQuantile(uniform3(key, cell, revision, b), left, p)
    counts[b] = count
    left -= count
  }
  return counts
}
