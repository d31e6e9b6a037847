import type { Look } from '../../../harness/model/look.ts'
import type { PodMetrics, ToolAnswer, ToolCall } from '../../../harness/model/tool.ts'
import { ratesOf } from '../../rates.ts'
import { createLookReader, endInterval, lookQuery, type RangeSeries, readScrapes } from '../look-reader.ts'
import { type Asked, trialMs } from './asked.ts'

type MetricsQuery = Extract<ToolCall, { tool: 'metrics' }>

/** As long as Prometheus' own default for its clients is far off (assumption): an incident does not wait. */
const timeoutMs = 20_000
/** A pod that was not scraped for a few intervals is stale. */
const staleScrapes = 3

/** Rates over two windows, from one query of the raw samples in both, by the module that makes looks: without extrapolation. */
export async function queryMetrics(asked: Asked, { fromMs, toMs }: MetricsQuery): Promise<ToolAnswer> {
  const { api, telemetry, system, namespace, prometheusPath, startEpochMs, lookIntervalMs, signal } = asked
  const startMs = fromMs - (toMs - fromMs)
  // The last sample before the first window is what its differences begin with.
  const windowS = Math.ceil((toMs - startMs + 2 * telemetry.scrapeInterval) / 1000)
  const query = encodeURIComponent(lookQuery(telemetry, namespace, windowS))
  const path = `${prometheusPath}/api/v1/query?query=${query}&time=${(startEpochMs + toMs) / 1000}`
  const answer = await api.json<{ data: { result: RangeSeries[] } }>('GET', path, { signal, timeoutMs })
  const series = answer.data.result
  const reader = createLookReader(telemetry, system, startEpochMs)
  const podStartMs = (pod: string) => {
    const created = asked.podsSeen.get(pod)?.metadata.creationTimestamp
    return created === undefined ? undefined : startEpochMs + trialMs(asked, created)
  }
  const [before, now]: [Look[], Look[]] = [[], []]
  const endsMs = intervalEnds(startMs, fromMs, toMs, lookIntervalMs)
  const parts = inIntervals(
    series,
    endsMs.map(endMs => startEpochMs + endMs),
  )
  for (const [i, endMs] of endsMs.entries()) {
    readScrapes(reader, parts[i]!, podStartMs)
    const look = endInterval(reader, endMs)
    if (look !== undefined) (endMs <= fromMs ? before : now).push(look)
  }
  return {
    tool: 'metrics',
    before: ratesOf(system, telemetry, before),
    now: ratesOf(system, telemetry, now),
    pods: podMetrics(asked, series, startEpochMs + toMs),
  }
}

/** From the beginning, where samples are the base, on to the end of both windows. */
function intervalEnds(startMs: number, fromMs: number, toMs: number, intervalMs: number): number[] {
  const ends = [startMs]
  for (const [from, to] of [
    [startMs, fromMs],
    [fromMs, toMs],
  ] as const) {
    const count = Math.max(1, Math.floor((to - from) / intervalMs))
    for (let i = 1; i <= count; i++) ends.push(from + ((to - from) * i) / count)
  }
  return ends
}

/** The series cut at some times, ascending: each part holds what comes after the time before, the first one all up to its own. */
function inIntervals(series: readonly RangeSeries[], endsEpochMs: readonly number[]): RangeSeries[][] {
  const parts: RangeSeries[][] = endsEpochMs.map(() => [])
  for (const { metric, values } of series) {
    let from = 0
    for (const [i, endMs] of endsEpochMs.entries()) {
      let to = from
      while (to < values.length && values[to]![0] * 1000 <= endMs) to++
      if (to > from) parts[i]!.push({ metric, values: values.slice(from, to) })
      from = to
    }
  }
  return parts
}

/** In order of the name. */
function podMetrics({ telemetry }: Asked, series: readonly RangeSeries[], atEpochMs: number): PodMetrics[] {
  const { labels, requests, scrapeInterval } = telemetry
  return series
    .flatMap(({ metric, values }) => {
      const pod = metric[labels.pod]
      const isOfVersion = (metric[labels.podTemplateHash] ?? '') !== ''
      const last = values.at(-1)
      if (metric['__name__'] !== requests.inFlight || pod === undefined || !isOfVersion || last === undefined) return []
      const isFresh = last[0] * 1000 > atEpochMs - staleScrapes * scrapeInterval
      return isFresh ? [{ pod, inFlight: Number(last[1]) }] : []
    })
    .sort((a, b) => (a.pod < b.pod ? -1 : 1))
}
