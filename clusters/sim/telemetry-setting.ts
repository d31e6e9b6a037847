import type { TelemetryParameters } from '../../harness/model/parameters/telemetry.ts'
import { type StreamKey, streamKey, uniform } from '../../harness/stats/uniform.ts'
import type { AnalysisTemplate, Rollout } from '../manifests/argo-types.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import { type ClusterExposition, clusterExposition } from './cluster-targets.ts'
import { type ProberSetting, proberSetting } from './prober.ts'
import { queriedSeries } from './queried-series.ts'
import { type ScrapeNoise, scrapeNoise } from './scrape-noise.ts'
import { type ServiceExposition, serviceExposition } from './service-targets.ts'
import { type Exposition, expositionOf } from './subject/subject-pod.ts'

/** What does not change about the telemetry of a world: what is exposed and kept, when it is scraped, and what goes wrong with it. */
export interface TelemetrySetting {
  /** Of the subject's pods. */
  readonly exposition: Exposition
  readonly services: ServiceExposition
  readonly cluster: ClusterExposition
  readonly prober: ProberSetting
  readonly offsets: StreamKey
  readonly scrapes: ScrapeNoise
  /** Scrapes of the cluster's own exporters. */
  readonly clusterScrapes: ScrapeNoise
  readonly discoveryDelayMs: number
  /** How long the simulated Prometheus keeps samples, and how far back it has any when the trial begins. */
  readonly retentionMs: number
  readonly pastMs: number
  /** How long the first revision has run when the trial begins. */
  readonly uptimeMs: number
}

export interface TelemetrySource {
  readonly seed: number
  readonly scenario: string
  readonly rollout: Rollout
  readonly templates: readonly AnalysisTemplate[]
  readonly telemetry: Telemetry
  /** Requests of other services slower than this are told apart. */
  readonly objectiveS: number
  readonly parameters: TelemetryParameters
  readonly noiseFree: boolean
}

export function telemetrySetting(source: TelemetrySource): TelemetrySetting {
  const { seed, scenario, rollout, templates, telemetry, objectiveS, parameters, noiseFree } = source
  const { metrics, reachMs } = queriedSeries(templates)
  const container = rollout.spec.template.spec?.containers[0]
  const namespace = rollout.metadata.namespace ?? 'default'
  const intervals = [telemetry.scrapeInterval, parameters.clusterScrapeInterval.ms]
  const [scrapes, clusterScrapes] = intervals.map(ms => scrapeNoise(seed, scenario, ms, parameters))
  return {
    exposition: expositionOf(telemetry, metrics, noiseFree ? null : streamKey(seed, scenario, 'in flight')),
    services: serviceExposition(telemetry, metrics, objectiveS),
    cluster: clusterExposition(metrics, namespace, container?.name ?? '', container?.image ?? ''),
    prober: proberSetting(seed, scenario, parameters.probe, metrics),
    offsets: streamKey(seed, scenario, 'scrape offset'),
    scrapes: scrapes!,
    clusterScrapes: clusterScrapes!,
    discoveryDelayMs: parameters.discovery.ms,
    // Markers of a pod that is gone are written up to an interval ahead of the queries.
    retentionMs: reachMs + Math.max(...intervals),
    pastMs: Math.min(reachMs, parameters.uptime.ms),
    uptimeMs: parameters.uptime.ms,
  }
}

/** Tells a pod's scrapes apart from those of other targets, which have negative keys. */
export function podScrapeKey({ revision, ordinal }: { readonly revision: number; readonly ordinal: number }): number {
  return revision * 10_000 + ordinal
}

/**
 * When a target is scraped first. Prometheus takes the part of the interval at which it scrapes a target from a hash of the target and
 * of its own host name, so that a restart changes nothing (v3.5.0, scrape/target.go, offset).
 * @param knownMs when the target is discovered.
 */
export function firstScrapeMs(
  offsets: StreamKey,
  { intervalMs }: ScrapeNoise,
  scrapeKey: number,
  knownMs: number,
): number {
  const offsetMs = Math.floor(uniform(offsets, scrapeKey) * intervalMs)
  const sinceOffset = (((knownMs - offsetMs) % intervalMs) + intervalMs) % intervalMs
  return knownMs + intervalMs - sinceOffset
}
