import type { VersionLook } from '../model/look.ts'

/** What a version did over some looks, up to `toMs`. */
export interface VersionWindow {
  readonly toMs: number
  readonly requests: number
  readonly errors: number
  /** Successful requests by latency bucket, not cumulative. */
  readonly latency: readonly number[]
}

/** What a symptom is judged over: long enough for a version that gets a few requests a minute, short beside a step of a rollout. */
export const windowMs = 60_000

/** From how much on a version differs from another one. */
export interface Bar {
  /** Requests at least: failed ones, those of a law of latency that moves, and those of a longer tail. */
  readonly errors: number
  readonly slow: number
  readonly tail: number
  /** Share of them, at least: below half of the 1 % that the service's objective allows to be bad it hides in it. */
  readonly share: number
  /** Kolmogorov distance of their laws of latency. */
  readonly distance: number
}

/**
 * For a version beside itself in another trial without luck. Three failed requests are no rounding; which bucket a request falls into is
 * less sure, as it depends on how many there are. A lognormal of sigma 0.8 has moved by the distance when its median is a tenth longer.
 */
export const besideItself: Bar = { errors: 3, slow: 10, tail: 4, share: 0.005, distance: 0.05 }

/** For two versions of one trial, which have luck of their own in what is drawn for each: far beyond that of a minute of a canary. */
export const besideAnother: Bar = { errors: 12, slow: 12, tail: 12, share: 0.01, distance: 0.15 }

/** Adds a version's looks up, each with the time at which it ended. */
export function windowOf(looks: readonly (VersionLook & { readonly toMs: number })[]): VersionWindow {
  const latency: number[] = []
  let requests = 0
  let errors = 0
  for (const look of looks) {
    requests += look.requests
    errors += look.errors
    look.latency.forEach((count, b) => {
      latency[b] = (latency[b] ?? 0) + count
    })
  }
  return { toMs: looks.at(-1)?.toMs ?? 0, requests, errors, latency }
}

/** Whether a version fails more of its requests than another one. */
export function failsMore(one: VersionWindow, other: VersionWindow, bar: Bar): boolean {
  const excess = one.errors - (other.requests === 0 ? 0 : (other.errors / other.requests) * one.requests)
  return excess >= bar.errors && excess >= bar.share * one.requests
}

/** A tail is longer where this many times as many requests are above one of the bounds. */
const tailTimes = 4

/** Whether a version is slower than another one: its whole law of latency has moved, or its tail has. */
export function isSlower(one: VersionWindow, other: VersionWindow, bar: Bar): boolean {
  const ofOne = total(one.latency)
  const ofOther = total(other.latency)
  if (ofOne === 0 || ofOther === 0) return false
  let above = 1
  let aboveOther = 1
  for (let b = 0; b < one.latency.length; b++) {
    above -= one.latency[b]! / ofOne
    aboveOther -= (other.latency[b] ?? 0) / ofOther
    const excess = above - aboveOther
    const requests = excess * Math.min(ofOne, ofOther)
    if (requests >= bar.slow && excess >= bar.distance) return true
    if (requests >= bar.tail && excess >= bar.share && above >= tailTimes * aboveOther) return true
  }
  return false
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
