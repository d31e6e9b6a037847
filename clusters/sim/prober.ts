import { type StreamKey, streamKey, uniform } from '../../harness/stats/uniform.ts'
import { clusterTargets, probeSeries } from '../manifests/cluster-series.ts'
import { addSeries, addTarget, appendScrape } from './prometheus/scrape.ts'
import type { Storage } from './prometheus/storage.ts'
import { cellMs } from './subject/cell.ts'

export interface ProberParameters {
  readonly interval: { readonly ms: number }
  /** A probe without an answer fails after this. */
  readonly timeout: { readonly ms: number }
}

/** A synthetic user who sends one request at a time through the entry. */
export interface ProberSetting {
  /** A multiple of the cell. */
  readonly intervalMs: number
  readonly timeoutMs: number
  readonly outcome: StreamKey
  readonly duration: StreamKey
  /** Its series that somebody reads, in the order of their values. */
  readonly series: readonly ('success' | 'duration')[]
}

/** Plain data, and never changed but for what the last probe came to. */
export interface ProberState {
  /** Index in the storage; null where nobody reads its series. */
  readonly target: number | null
  lastOk: boolean
}

export interface ProbeAnswer {
  readonly ok: boolean
  readonly durationMs: number
}

/** What may become of a user's request now. */
export interface ProbeLaw {
  /** Probability that it fails. */
  readonly failedRatio: number
  /** Milliseconds until the answer, by inverse CDF; its argument is in (0, 1). */
  durationMs(u: number): number
}

/** @param metrics those that Prometheus keeps; null: all of them. */
export function proberSetting(
  seed: number,
  scenario: string,
  { interval, timeout }: ProberParameters,
  metrics: readonly string[] | null,
): ProberSetting {
  return {
    intervalMs: Math.max(1, Math.ceil(interval.ms / cellMs)) * cellMs,
    timeoutMs: timeout.ms,
    outcome: streamKey(seed, scenario, 'probe/outcome'),
    duration: streamKey(seed, scenario, 'probe/duration'),
    series: (['success', 'duration'] as const).filter(name => metrics === null || metrics.includes(probeSeries[name])),
  }
}

/** @param service the service at the entry. */
export function addProber({ series }: ProberSetting, storage: Storage, service: string): ProberState {
  if (series.length === 0) return { target: null, lastOk: true }
  const target = addTarget(storage, { ...clusterTargets.prober, instance: `http://${service}/` })
  for (const name of series) addSeries(storage, target, probeSeries[name], {})
  return { target, lastOk: true }
}

/** Whether a probe is sent at a time; cells begin at such times. */
export function isProbeDue({ intervalMs }: ProberSetting, nowMs: number): boolean {
  return nowMs % intervalMs === 0
}

/** Sends a probe. The same luck meets it whatever the law: of two laws the worse one never answers sooner or better. */
export function sendProbe(
  { intervalMs, timeoutMs, ...noise }: ProberSetting,
  law: ProbeLaw,
  nowMs: number,
): ProbeAnswer {
  const probe = Math.floor(nowMs / intervalMs)
  const fails = uniform(noise.outcome, probe) < law.failedRatio
  const durationMs = Math.round(law.durationMs(uniform(noise.duration, probe)))
  return { ok: !fails && durationMs <= timeoutMs, durationMs: Math.min(durationMs, timeoutMs) }
}

/**
 * Takes the answer in.
 * @param storage null while Prometheus is down: the exporter's probe is its scrape.
 * @returns whether the log should say so: it failed, or the last one did.
 */
export function noteProbe(
  { series }: ProberSetting,
  state: ProberState,
  storage: Storage | null,
  { ok, durationMs }: ProbeAnswer,
  nowMs: number,
): boolean {
  const isNews = !ok || !state.lastOk
  state.lastOk = ok
  if (state.target !== null && storage !== null) {
    const values = { success: ok ? 1 : 0, duration: durationMs / 1000 }
    appendScrape(
      storage,
      state.target,
      nowMs,
      series.map(name => values[name]),
    )
  }
  return isNews
}
