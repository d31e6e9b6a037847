import type { Lognormal } from './lognormal.ts'
import type { LinkModel, NodeModel } from './model.ts'

/**
 * Replicas of one kind while a step is worked out: what they are, what waits for them, how they answer and what flows through them. Made
 * for a step, thrown away after it.
 */
export interface Station {
  readonly node: NodeModel
  /** Of the subject's pods, else -1. */
  readonly key: number
  readonly replicas: number
  /** Of one replica. */
  readonly workers: number
  readonly ownMeanS: number
  readonly ownVarianceS2: number
  readonly cpuS: number
  /** CPU limit of a replica; infinite without one. */
  readonly cores: number
  readonly errorRatio: number
  readonly hangRatio: number
  readonly tailRatio: number
  readonly tailFactor: number
  readonly links: readonly StationLink[]
  backlog: number
  arrivalPerS: number
  rejectedRatio: number
  /** Requests that a worker takes up, and those that are turned away. */
  startedPerS: number
  rejectedPerS: number
  /** How long a request kept a worker in the last short step; 0 where there was none. */
  heldS: number
  readonly answer: Answer
}

/** How a station answers at the moment. */
export interface Answer {
  capacityPerS: number
  /** Arrivals over the capacity, and CPU over its limit alone; above 1 where more comes than goes. */
  utilisation: number
  cpuUtilisation: number
  throttledShare: number
  /** Wait behind the backlog. */
  shiftS: number
  /** Share of requests that wait for a worker, and the wait of all. */
  waitRatio: number
  waitMeanS: number
  waitVarianceS2: number
  /** Without the shift: most requests, and those that met something slow below. */
  readonly fast: Lognormal
  slowRatio: number
  readonly slow: Lognormal
  /** The same with the tail that the service itself adds, as its callers see it. */
  slowRatioSeen: number
  readonly slowSeen: Lognormal
  /** Share of answers that are errors; because of calls; and without the subject's errors. */
  failedRatio: number
  dependencyFailedRatio: number
  failedBesidesRatio: number
}

/** A call that a station makes. */
export interface StationLink extends LinkModel {
  /** Calls for each request whatever the cache says. */
  readonly extraPerRequest: number
  /** Calls that wait for a connection. */
  backlog: number
  /** Attempts that the caller makes, first ones and retries. */
  attemptsPerS: number
  pending: Float64Array
  slots: number
  /** Calls for each request at the moment: with hits and misses. */
  callsPerRequest: number
  /** Attempts for each call at the moment, once settled. */
  attemptsPerCall: number
  attemptFailedRatio: number
  attemptTimedOutRatio: number
  /** While it holds a connection. */
  attemptMeanS: number
  poolUtilisation: number
  /** Of a whole call, retries included. */
  succeededRatio: number
  succeededBesidesRatio: number
  slowRatio: number
  meanS: number
  varianceS2: number
  fastMeanS: number
  fastVarianceS2: number
}

/** Stations by node; the subject has one for each of its versions. */
export interface Stations {
  readonly byNode: readonly (readonly Station[])[]
  /** Pods of the subject. */
  readonly subjectReplicas: number
}
