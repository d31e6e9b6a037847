import type { Behaviour } from './behaviour.ts'
import type { CauseKind } from './cause.ts'
import type { AnalysisTrouble } from './fault.ts'
import type { GroundTruth } from './ground-truth.ts'
import type { LoadPlan } from './load.ts'
import type { ReleasePatch } from './release.ts'
import type { Variant } from './scenario.ts'

/** A half-open interval [fromMs, toMs) of trial time. */
export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

/** A service fails, slows down or loses capacity for a while. */
export interface ServiceDisturbance extends Window {
  readonly service: string
  readonly errorRatio: number
  readonly timeFactor: number
  /** Share of the capacity that is left. */
  readonly capacityFactor: number
}

/** Something goes wrong without a deploy: in every version, from the start of the service or with a flag. */
export interface Incident {
  readonly atMs: number
  readonly behaviour: Behaviour
  readonly flag: { readonly name: string; readonly before: string; readonly after: string } | null
  /** Left out: the analysis of releases is not what goes wrong. */
  readonly analysis?: AnalysisTrouble | undefined
}

/** A change of something else that does no harm, as there are always some. */
export interface Decoy {
  /** Below 0 before the trial. */
  readonly atMs: number
  readonly service: string
  readonly file: string
  readonly key: string
  readonly fromValue: string
  readonly toValue: string
}

/** What happens that is not the doing of any release. */
export interface Disturbances {
  readonly services: readonly ServiceDisturbance[]
  readonly scrapesFail: readonly Window[]
  readonly prometheusDown: readonly Window[]
  /** Down, and its memory of what it was about to scrape lost. */
  readonly prometheusRestarts: readonly Window[]
  readonly prometheusSlow: readonly (Window & { readonly delayMs: number })[]
  /** New pods are slower by `1 + (factor - 1) e^(-age / timeConstant)`. */
  readonly warmUp: { readonly factor: number; readonly timeConstantMs: number } | null
  /** A pod of the deployed version, the first one, fails requests and probes. */
  readonly sickPod: (Window & { readonly errorRatio: number }) | null
  readonly noisyNeighbours: readonly (Window & { readonly timeFactor: number })[]
  readonly evictions: readonly { readonly atMs: number; readonly pods: number }[]
  /** The process of the first serving pod of the deployed version exits. */
  readonly crashesMs: readonly number[]
  readonly rollingRestartsMs: readonly number[]
}

export const undisturbed: Disturbances = {
  services: [],
  scrapesFail: [],
  prometheusDown: [],
  prometheusRestarts: [],
  prometheusSlow: [],
  warmUp: null,
  sickPod: null,
  noisyNeighbours: [],
  evictions: [],
  crashesMs: [],
  rollingRestartsMs: [],
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
  /** What a right diagnosis names, any of them; empty where nothing is wrong. */
  readonly causes: readonly CauseKind[]
  /** null: nothing is deployed. */
  readonly deployAtMs: number | null
  /** Of the deployed version. */
  readonly behaviour: Behaviour
  readonly release: ReleasePatch
  readonly incident: Incident | null
  readonly decoy: Decoy | null
  /** Requests that reach the service under test where `load` has the factor 1. */
  readonly requestsPerSecond: number
  readonly load: LoadPlan
  /** Variance of a cell's requests over their mean. */
  readonly dispersionIndex: number
  readonly baseErrorRatio: number
  readonly disturbances: Disturbances
  /** No luck in it: requests come at their rate, and none fails by itself. */
  readonly noiseFree: boolean
  /** Looks run to here; people's events to `endMs`. */
  readonly horizonMs: number
  readonly endMs: number
}

export function within(windows: readonly Window[], atMs: number): boolean {
  for (const { fromMs, toMs } of windows) if (fromMs <= atMs && atMs < toMs) return true
  return false
}
