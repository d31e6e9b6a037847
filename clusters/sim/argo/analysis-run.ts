import type { MetricProvider } from '../../manifests/argo-types.ts'

export type CompletedPhase = 'Successful' | 'Failed' | 'Error' | 'Inconclusive'
/** The empty phase is a run that its controller has not seen. */
export type AnalysisPhase = '' | 'Pending' | 'Running' | CompletedPhase

/** A metric with its arguments put in and its defaults applied. Never changed. */
export interface ResolvedMetric {
  readonly name: string
  /** null: none given. */
  readonly intervalMs: number | null
  readonly initialDelayMs: number | null
  /** Measurements to take, errors not counted; null: without end. */
  readonly count: number | null
  /** Negative: switched off. */
  readonly failureLimit: number
  readonly inconclusiveLimit: number
  readonly consecutiveErrorLimit: number
  /** 0: off. */
  readonly consecutiveSuccessLimit: number
  readonly successCondition: string
  readonly failureCondition: string
  readonly provider: MetricProvider
  /** Whether the manifests run it dry. */
  readonly dryRun: boolean
  /** Measurements kept. */
  readonly retention: number
}

/** What a run was created with. Never changed. */
export interface AnalysisRunSpec {
  readonly metrics: readonly ResolvedMetric[]
  readonly args: readonly { readonly name: string; readonly value: string }[]
  /** Why the run ends in Error at its first reconcile; null when it does not. */
  readonly error: string | null
  /** The spec as text: runs are equal when it is. */
  readonly key: string
}

/** Times have whole seconds, as the API stores them. Never changed. */
export interface Measurement {
  readonly phase: CompletedPhase
  readonly message: string
  readonly startedAtMs: number
  readonly finishedAtMs: number
  readonly value: string
}

export interface MetricResult {
  readonly name: string
  phase: Exclude<AnalysisPhase, ''>
  message: string
  /** Successful, failed and inconclusive measurements together. */
  count: number
  successful: number
  failed: number
  inconclusive: number
  error: number
  consecutiveError: number
  consecutiveSuccess: number
  /** The last ones; replaced, not changed in place. */
  measurements: readonly Measurement[]
}

export interface RunSummary {
  readonly count: number
  readonly successful: number
  readonly failed: number
  readonly inconclusive: number
  readonly error: number
}

export interface AnalysisRun {
  readonly name: string
  readonly kind: 'Background' | 'Step'
  /** null for a background run. */
  readonly stepIndex: number | null
  readonly podTemplateHash: string
  readonly createdMs: number
  readonly spec: AnalysisRunSpec
  terminate: boolean
  phase: AnalysisPhase
  message: string
  startedAtMs: number | null
  completedAtMs: number | null
  /** In order of first measurement; a metric that was never measured has none. */
  results: MetricResult[]
  runSummary: RunSummary
  dryRunSummary: RunSummary
  /** Measurements under way, and whether the run was terminating when they began; null between two passes. */
  pass: {
    readonly terminating: boolean
    readonly taken: readonly { readonly metric: string; readonly measurement: Measurement }[]
  } | null
  /** Time of the next pass; null when none is queued. */
  reconcileAtMs: number | null
  /** Whether the run changed while measurements were under way. */
  changedMeanwhile: boolean
}

export function isCompleted(phase: AnalysisPhase): phase is CompletedPhase {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive'
}

export function isBad(phase: AnalysisPhase): boolean {
  return isCompleted(phase) && phase !== 'Successful'
}

/** A run that its controller has not seen. */
export function newRun(
  made: Pick<AnalysisRun, 'name' | 'kind' | 'stepIndex' | 'podTemplateHash' | 'createdMs' | 'spec'>,
): AnalysisRun {
  return {
    ...made,
    terminate: false,
    phase: '',
    message: '',
    startedAtMs: null,
    completedAtMs: null,
    results: [],
    runSummary: emptySummary,
    dryRunSummary: emptySummary,
    pass: null,
    reconcileAtMs: null,
    changedMeanwhile: false,
  }
}

/** The result of a metric before its first measurement. */
export function newResult(name: string): MetricResult {
  return {
    name,
    phase: 'Running',
    message: '',
    count: 0,
    successful: 0,
    failed: 0,
    inconclusive: 0,
    error: 0,
    consecutiveError: 0,
    consecutiveSuccess: 0,
    measurements: [],
  }
}

export const emptySummary: RunSummary = { count: 0, successful: 0, failed: 0, inconclusive: 0, error: 0 }

export function resultOf(run: AnalysisRun, metric: string): MetricResult | undefined {
  return run.results.find(result => result.name === metric)
}
