import type { Behaviour } from './behaviour.ts'
import type { GroundTruth } from './ground-truth.ts'
import type { Variant } from './scenario.ts'

/** A half-open interval [fromMs, toMs) of trial time. */
export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * What one trial will be, with every draw of the seed made: the same for all policies and levels, and for both backends. A twin
 * differs from its faulty trial in the behaviour and in the opaque text of the release alone.
 */
export interface TrialPlan {
  readonly scenario: string
  readonly family: string
  readonly variant: Variant
  readonly seed: number
  readonly truth: GroundTruth
  readonly deployAtMs: number
  readonly behaviour: Behaviour
  /** The opaque value of the release's configuration key before and after the deploy, and of a repair by people. */
  readonly release: { readonly before: string; readonly after: string; readonly repaired: string }
  readonly requestsPerSecond: number
  /** Variance of a cell's requests over their mean. */
  readonly dispersionIndex: number
  readonly baseErrorRatio: number
  readonly outages: readonly (Window & { readonly service: string; readonly errorRatio: number })[]
  readonly scrapesFail: readonly Window[]
  readonly prometheusDown: readonly Window[]
  /** Looks run to here; people's events to `endMs`. */
  readonly horizonMs: number
  readonly endMs: number
}

export function within(windows: readonly Window[], atMs: number): boolean {
  for (const { fromMs, toMs } of windows) if (fromMs <= atMs && atMs < toMs) return true
  return false
}
