import type { Behaviour } from '../../harness/model/behaviour.ts'
import { lognormalQuantile } from '../../harness/stats/quantiles.ts'
import { type StreamKey, streamKey, uniform3 } from '../../harness/stats/uniform.ts'
import type { Probe } from '../manifests/argo-types.ts'
import type { PodTimings } from './kubernetes/state.ts'

/**
 * Times of a pod's life, lognormal by median and log-sd. `start` keeps the SIG-Scalability objective (p99 of pod start at most 5 s
 * with the image present, which a change of configuration leaves it); the others are assumptions.
 */
const podTimes = {
  scheduleMs: { median: 100, sigma: 0.5 },
  startMs: { median: 1800, sigma: 0.5 },
  /** From process start until it can answer. */
  applicationStartMs: { median: 1500, sigma: 0.5 },
  /** From Ready until every proxy routes to the pod. */
  routeMs: { median: 1500, sigma: 0.5 },
  /** From deletion to gone: the subject drains for 3 s. */
  terminateMs: { median: 3500, sigma: 0.1 },
} as const

export interface PodNoise {
  readonly schedule: StreamKey
  readonly start: StreamKey
  readonly application: StreamKey
  readonly route: StreamKey
  readonly terminate: StreamKey
}

export function podNoise(seed: number, scenario: string): PodNoise {
  const key = (stream: string) => streamKey(seed, scenario, `pod/${stream}`)
  return {
    schedule: key('schedule'),
    start: key('start'),
    application: key('application'),
    route: key('route'),
    terminate: key('terminate'),
  }
}

/** The kubelet's defaults for what a probe leaves out (API reference of Probe). */
const probeDefaults = { initialDelaySeconds: 0, periodSeconds: 10, successThreshold: 1 } as const

/** What the node does with the pod: a function of revision and ordinal, so that twins and policies see the same pods. */
export function podTimings(
  noise: PodNoise,
  revision: number,
  ordinal: number,
  behaviour: Behaviour,
  probe: Probe | undefined,
): PodTimings {
  const time = (key: StreamKey, { median, sigma }: { median: number; sigma: number }) =>
    Math.round(lognormalQuantile(uniform3(key, revision, ordinal, 0), median, sigma))
  const answersMs = time(noise.application, podTimes.applicationStartMs)
  const startMs = time(noise.start, podTimes.startMs)
  return {
    scheduleMs: time(noise.schedule, podTimes.scheduleMs),
    pullMs: 0,
    startMs,
    readyFlipsMs: [firstSuccessMs(probe, startMs, answersMs)],
    exitMs: behaviour.exitAfterMs,
    terminateMs: time(noise.terminate, podTimes.terminateMs),
  }
}

/** From Ready until the pod receives requests. */
export function routeDelayMs(noise: PodNoise, revision: number, ordinal: number): number {
  return Math.round(
    lognormalQuantile(uniform3(noise.route, revision, ordinal, 0), podTimes.routeMs.median, podTimes.routeMs.sigma),
  )
}

/**
 * When the readiness probe has succeeded often enough, in ms after the process start. The prober's ticks are counted from the pod's
 * admission to the node, and those before the initial delay is over are skipped (pkg/kubelet/prober/worker.go, run and doProbe; its
 * random wait is for a kubelet that has just started). Without an initial delay the start itself triggers a probe.
 * @param startMs from admission to process start.
 * @param answersMs from process start until the process can answer.
 */
export function firstSuccessMs(probe: Probe | undefined, startMs: number, answersMs: number): number {
  if (probe === undefined) return 0
  const { initialDelaySeconds, periodSeconds, successThreshold } = { ...probeDefaults, ...probe }
  const periodMs = periodSeconds * 1000
  const isTriggered = initialDelaySeconds === 0 && answersMs === 0
  const firstMs = startMs + (isTriggered ? 0 : Math.max(initialDelaySeconds * 1000, answersMs))
  const tickMs = isTriggered ? firstMs : Math.ceil(firstMs / periodMs) * periodMs
  return tickMs + (successThreshold - 1) * periodMs - startMs
}
