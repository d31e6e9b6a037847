import { binomialQuantile, negativeBinomialQuantile } from '../../../harness/stats/quantiles.ts'
import { type StreamKey, streamKey, uniform, uniform3 } from '../../../harness/stats/uniform.ts'
import { type BucketBounds, bucketLaw, lawsDiffer, type ServedLaw } from './bucket-law.ts'

/** Length of the world's own tick in ms: requests are drawn once a cell, by group of pods, and accrue evenly within it. */
export const cellMs = 5000

/** Keys of the noise. Every draw belongs to a cell and a group of pods, so that twins and policies see the same noise for ever. */
export interface TrafficNoise {
  readonly load: StreamKey
  readonly split: StreamKey
  readonly baseErrors: StreamKey
  readonly dependencyErrors: StreamKey
  readonly faultErrors: StreamKey
  readonly hangs: StreamKey
  readonly tail: StreamKey
  readonly latency: StreamKey
  readonly errorLatency: StreamKey
  readonly elsewhere: StreamKey
}

export function trafficNoise(seed: number, scenario: string): TrafficNoise {
  const key = (stream: string) => streamKey(seed, scenario, stream)
  return {
    load: key('load'),
    split: key('split'),
    baseErrors: key('base errors'),
    dependencyErrors: key('dependency errors'),
    faultErrors: key('fault errors'),
    hangs: key('hangs'),
    tail: key('tail'),
    latency: key('latency'),
    errorLatency: key('error latency'),
    elsewhere: key('elsewhere'),
  }
}

export interface TrafficSetting {
  readonly noise: TrafficNoise
  /** Variance of a cell's requests over their mean; 0 for a world without noise, which has as many as expected. */
  readonly dispersionIndex: number
  readonly baseErrorRatio: number
  readonly bounds: BucketBounds
}

/** What befalls the requests of a group of pods. */
export interface Chances {
  /** Share that fails because of other services, or finds every queue full. */
  readonly dependencyErrorRatio: number
  /** Shares of the good ones that are answered with 500, and that are never answered. */
  readonly errorRatio: number
  readonly hangRatio: number
  readonly law: ServedLaw
}

/** Pods of one version in like condition, that serve in a cell. */
export interface ServingGroup {
  readonly revision: number
  /** Tells the groups of a revision apart. */
  readonly group: number
  readonly pods: number
  readonly chances: Chances
  /** The same pods had the fault never been there. */
  readonly shadow: Chances
}

/** What a group's requests of one cell came to. */
export interface GroupOutcome {
  readonly requests: number
  /** Answered with 500, for whatever reason. */
  readonly errors: number
  /** Those of them that other services failed, or that found every queue full. */
  readonly dependencyErrors: number
  /** Never answered. */
  readonly hung: number
  /** Failed, never answered, or slower than the SLO. */
  readonly bad: number
  /** Requests that differ from what they would have been without the fault. */
  readonly touched: number
  /** By latency bucket, not cumulative. */
  readonly successLatency: readonly number[]
  readonly errorLatency: readonly number[]
}

/**
 * Requests of one cell, from a negative binomial, whoever serves them.
 * @param mean requests expected in the cell.
 */
export function drawLoad({ noise, dispersionIndex }: TrafficSetting, cell: number, mean: number): number {
  if (dispersionIndex === 0) return Math.floor((cell + 1) * mean) - Math.floor(cell * mean)
  return negativeBinomialQuantile(uniform(noise.load, cell), mean, dispersionIndex)
}

/**
 * Draws what becomes of the requests of one cell: split over groups by their serving pods, outcomes by inverse
 * CDF, so that a version with a fault and one without see the same luck.
 * @returns one outcome per group, in the given order.
 */
export function drawCell(
  setting: TrafficSetting,
  cell: number,
  groups: readonly ServingGroup[],
  requests: number,
): GroupOutcome[] {
  let requestsLeft = requests
  let podsLeft = groups.reduce((sum, { pods }) => sum + pods, 0)
  return groups.map(group => {
    const u = uniform3(setting.noise.split, cell, group.revision, group.group)
    const ofGroup = podsLeft === group.pods ? requestsLeft : binomialQuantile(u, requestsLeft, group.pods / podsLeft)
    requestsLeft -= ofGroup
    podsLeft -= group.pods
    return drawGroup(setting, cell, group, ofGroup)
  })
}

function drawGroup(
  setting: TrafficSetting,
  cell: number,
  { revision, group, chances, shadow }: ServingGroup,
  requests: number,
): GroupOutcome {
  const { noise } = setting
  const drawn = (key: StreamKey, among: number, ratio: number) =>
    ratio === 0 || among === 0 ? 0 : binomialQuantile(uniform3(key, cell, revision, group), among, ratio)
  const baseErrors = drawn(noise.baseErrors, requests, setting.baseErrorRatio)
  const sound = requests - baseErrors
  const dependencyErrors = drawn(noise.dependencyErrors, sound, chances.dependencyErrorRatio)
  const hung = drawn(noise.hangs, sound - dependencyErrors, chances.hangRatio)
  const faultErrors = drawn(noise.faultErrors, sound - dependencyErrors - hung, chances.errorRatio)
  const errors = baseErrors + dependencyErrors + faultErrors
  const good = requests - errors - hung
  const successLatency = drawLatency(setting, noise.latency, cell, revision, group, good, chances.law)
  const errorLatency = drawLatency(setting, noise.errorLatency, cell, revision, group, errors, chances.law)
  let bad = errors + hung
  for (let b = setting.bounds.firstSlowBucket; b < successLatency.length; b++) bad += successLatency[b]!
  return {
    requests,
    errors,
    dependencyErrors,
    hung,
    bad,
    touched: chances === shadow ? 0 : touchedOf(),
    successLatency,
    errorLatency,
  }

  function touchedOf(): number {
    if (lawsDiffer(chances.law, shadow.law)) return requests
    const inherited = drawn(noise.dependencyErrors, sound, shadow.dependencyErrorRatio)
    const failing =
      shadow.errorRatio === chances.errorRatio
        ? 0
        : faultErrors - drawn(noise.faultErrors, sound - inherited, shadow.errorRatio)
    const tailRatio = Math.abs(chances.law.tailRatio - shadow.law.tailRatio)
    const touched =
      Math.abs(dependencyErrors - inherited) + hung + Math.abs(failing) + drawn(noise.tail, good, tailRatio)
    return Math.min(requests, touched)
  }
}

function drawLatency(
  setting: TrafficSetting,
  key: StreamKey,
  cell: number,
  revision: number,
  group: number,
  requests: number,
  law: ServedLaw,
): number[] {
  const { conditional } = bucketLaw(setting.bounds, law)
  const counts = new Array<number>(conditional.length).fill(0)
  let left = requests
  for (let b = 0; left > 0 && b < conditional.length; b++) {
    const p = conditional[b]!
    const count = p >= 1 ? left : binomialQuantile(uniform3(key, cell, revision, group * 64 + b), left, p)
    counts[b] = count
    left -= count
  }
  return counts
}
