import type { LatencyLaw } from './latency-law.ts'

/** What a step came to; rates are per second and means of the step, shares are of the requests that arrived in it. */
export interface SystemOutcome {
  /** All but the subject's versions too: callers before their callees; the subject as a whole. */
  readonly services: readonly ServiceOutcome[]
  /** In the order of the inputs' versions. */
  readonly versions: readonly VersionOutcome[]
  readonly routes: readonly RouteOutcome[]
  /** Requests that reach the subject for each one that its users cause; above 1 when callers retry. */
  readonly attemptsPerSubjectRequest: number
}

export interface ServiceOutcome {
  readonly name: string
  /** Requests that arrive, retries included. */
  readonly requestsPerS: number
  /** Answers that are errors, requests turned away included. */
  readonly errorsPerS: number
  /** Answers that are slower than the objective and no errors. */
  readonly slowPerS: number
  /** Requests that a worker took up, and those that were turned away. */
  readonly startedPerS: number
  readonly rejectedPerS: number
  /** Requests that wait at the end of the step. */
  readonly backlog: number
  readonly utilisation: number
}

export interface VersionOutcome {
  readonly key: number
  /** Requests that reach it, retries included. */
  readonly requestRatePerS: number
  /** Share of its requests that fails because a call failed, retries and timeouts included. */
  readonly dependencyErrorRatio: number
  /** Share of its requests that is turned away, its queue being full. */
  readonly rejectedRatio: number
  /** Of what is answered, without `tailRatio` and `tailFactor` of the inputs. */
  readonly latency: LatencyLaw
  /** Arrivals over what its workers and its CPU limit can take up; above 1 where more comes than goes. */
  readonly utilisation: number
  /** CPU time of a pod, in cores, as much as the limit lets it have. */
  readonly cpuCoresPerPod: number
  /** The same over the limit; 0 without one. */
  readonly cpuUtilisation: number
  /** Share of the quota's periods in which pods are throttled. */
  readonly throttledShare: number
}

export interface RouteOutcome {
  readonly name: string
  /** Share of users' requests that fail or are slow, the subject's part included. */
  readonly badRatio: number
  /** Of those, the ones that fail. */
  readonly failedRatio: number
  /** The same as if the subject always answered at once: what the entry and the other services do to it. */
  readonly badBesidesSubjectRatio: number
}
