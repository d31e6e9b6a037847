/**
 * What the subject's versions did in one interval, counted from raw counter samples of Prometheus. The same module makes looks on
 * every backend; where Prometheus is silent there is no look.
 */
export interface Look {
  /** Interval (fromMs, toMs] of trial time. */
  readonly fromMs: number
  readonly toMs: number
  /** By pod template hash, in order of the hash; a version without a scraped pod is absent. */
  readonly versions: readonly VersionLook[]
}

export interface VersionLook {
  readonly podTemplateHash: string
  /** Pods whose samples are in the counts. */
  readonly pods: number
  readonly requests: number
  /** Requests answered with a code that the telemetry file calls an error. */
  readonly errors: number
  /** Successful requests per latency bucket, not cumulative; bounds in `latencyBucketsS`, the last one is +Inf. */
  readonly latency: readonly number[]
}
