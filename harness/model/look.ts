/**
 * What the services did in one interval, counted from raw counter samples of Prometheus. The same module makes looks on every
 * backend; where Prometheus is silent there is no look.
 */
export interface Look {
  /** Interval (fromMs, toMs] of trial time. */
  readonly fromMs: number
  readonly toMs: number
  /** Of the service under test, by pod template hash, in order of the hash; a version without a scraped pod is absent. */
  readonly versions: readonly VersionLook[]
  /** All services of the topology that were scraped, the one under test and the entry among them, in the topology's order. */
  readonly services: readonly ServiceLook[]
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
  /** Requests that its processes had taken and not answered at their last scrapes. */
  readonly inFlight: number
  /** Each pod's part, in order of the name; only while two versions are in the look, and else empty. */
  readonly byPod: readonly PodLook[]
}

export interface PodLook {
  readonly pod: string
  readonly requests: number
  readonly errors: number
  /** Successful requests that took longer than the objective's bound. */
  readonly slow: number
}

/** Totals of a service. */
export interface ServiceLook {
  readonly service: string
  readonly requests: number
  readonly errors: number
  /** Successful requests that took longer than the objective's bound. */
  readonly slow: number
}
