import type { TrialPlan } from '../../harness/model/trial.ts'
import { streamKey, uniform } from '../../harness/stats/uniform.ts'
import { lookIntervalMs } from '../looks.ts'
import type { AnalysisTemplate, Rollout } from '../manifests/argo-types.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import { type PodNoise, podNoise } from './pod-timings.ts'
import { queriedSeries } from './queried-series.ts'
import { type TrafficSetting, trafficNoise } from './subject/cell.ts'
import { type Exposition, expositionOf } from './subject/subject-pod.ts'

/** Manifests and telemetry of the service under test. */
export interface Subject {
  readonly rollout: Rollout
  readonly templates: readonly AnalysisTemplate[]
  readonly telemetry: Telemetry
  /** Where the release stands: an environment variable of the first container. */
  readonly release: { readonly file: string; readonly variable: string }
}

/** The service that the subject depends on. Every request of the subject calls it once. */
export const dependency = 'payments'

/** Requests slower than this are bad; one of the histogram's bounds. */
const sloLatencyS = 0.5

/** What does not change in a world and is shared by its clones. */
export interface WorldSetting {
  readonly plan: TrialPlan
  readonly subject: Subject
  readonly namespace: string
  readonly lookIntervalMs: number
  readonly traffic: TrafficSetting
  readonly pods: PodNoise
  readonly exposition: Exposition
  /** How long the simulated Prometheus keeps samples. */
  readonly retentionMs: number
  /** Part of the scrape interval by which a target's scrapes are late, in ms; Prometheus takes it from a hash of the target. */
  scrapeOffsetMs(revision: number, ordinal: number): number
}

export function worldSetting(plan: TrialPlan, subject: Subject): WorldSetting {
  const { telemetry } = subject
  const offsets = streamKey(plan.seed, plan.scenario, 'scrape offset')
  const bounds = telemetry.latency.bucketsS
  const queried = queriedSeries(subject.templates)
  return {
    plan,
    subject,
    namespace: subject.rollout.metadata.namespace ?? 'default',
    lookIntervalMs: lookIntervalMs(telemetry.scrapeInterval),
    pods: podNoise(plan.seed, plan.scenario),
    exposition: expositionOf(telemetry, queried.metrics),
    // Markers of a pod that is gone are written up to an interval ahead of the queries.
    retentionMs: queried.reachMs + telemetry.scrapeInterval,
    traffic: {
      noise: trafficNoise(plan.seed, plan.scenario),
      requestsPerSecond: plan.requestsPerSecond,
      dispersionIndex: plan.dispersionIndex,
      baseErrorRatio: plan.baseErrorRatio,
      latencyUpperBoundsS: bounds,
      firstSlowBucket: bounds.filter(bound => bound <= sloLatencyS).length,
    },
    scrapeOffsetMs: (revision, ordinal) =>
      Math.floor(uniform(offsets, revision * 10_000 + ordinal) * telemetry.scrapeInterval),
  }
}
