import type { Look } from '../../harness/model/look.ts'
import { addScrape, createLookMaker, dropPod, type LookMaker, podCounters, slots, takeLook } from '../looks.ts'
import { errorCode, type Telemetry } from '../manifests/telemetry.ts'

/** One series of a range vector, as Prometheus' HTTP API gives it: times in seconds, values as text. */
export interface RangeSeries {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [number, string])[]
}

/** Turns answers of Prometheus into looks. Trial time starts at `startEpochMs`. */
export interface LookReader {
  readonly telemetry: Telemetry
  readonly startEpochMs: number
  readonly maker: LookMaker
  /** By pod: its series in order of their first sight, and the epoch ms of the last scrape that was taken in. */
  readonly pods: Record<
    string,
    { readonly series: Record<string, number>; readonly slots: number[]; lastScrapeMs: number }
  >
}

export function createLookReader(telemetry: Telemetry, startEpochMs: number): LookReader {
  return { telemetry, startEpochMs, maker: createLookMaker(telemetry.latency.bucketsS.length + 1), pods: {} }
}

/** Range selector whose instant query holds every sample of the namespace's versions in the last `windowS` seconds. */
export function lookQuery({ requests, latency, labels }: Telemetry, namespace: string, windowS: number): string {
  const series = ['up', requests.counter, `${latency.histogram}_bucket`].join('|')
  return `{__name__=~"${series}",${labels.namespace}="${namespace}",${labels.podTemplateHash}!=""}[${windowS}s]`
}

/**
 * Takes in the scrapes of an answer that were not in an earlier one, oldest first.
 * @param podStartMs epoch ms at which a pod's process started; undefined for a pod that is gone
 */
export function readScrapes(
  reader: LookReader,
  answer: readonly RangeSeries[],
  podStartMs: (pod: string) => number | undefined,
): void {
  const { labels } = reader.telemetry
  const scrapes = new Map<
    string,
    { pod: string; hash: string; atMs: number; samples: [RangeSeries['metric'], number][] }
  >()
  for (const { metric, values } of answer) {
    const pod = metric[labels.pod]
    const hash = metric[labels.podTemplateHash]
    if (pod === undefined || hash === undefined) continue
    for (const [seconds, value] of values) {
      const atMs = Math.round(seconds * 1000)
      if (atMs <= (reader.pods[pod]?.lastScrapeMs ?? 0)) continue
      const key = `${atMs} ${pod}`
      const scrape = scrapes.get(key) ?? { pod, hash, atMs, samples: [] }
      scrapes.set(key, scrape)
      scrape.samples.push([metric, Number(value)])
    }
  }
  for (const { pod, hash, atMs, samples } of [...scrapes.values()].sort((a, b) => a.atMs - b.atMs)) {
    const up = samples.find(([metric]) => metric['__name__'] === 'up')
    if (up?.[1] === 0) continue
    const known = reader.pods[pod] ?? { series: {}, slots: [], lastScrapeMs: 0 }
    reader.pods[pod] = known
    known.lastScrapeMs = atMs
    const values: (number | undefined)[] = new Array(known.slots.length).fill(undefined)
    for (const [metric, value] of samples) {
      const slot = slotOf(reader.telemetry, metric)
      if (slot === undefined) continue
      const key = JSON.stringify(Object.entries(metric).sort())
      let index = known.series[key]
      if (index === undefined) {
        index = known.slots.push(slot) - 1
        known.series[key] = index
      }
      values[index] = value
    }
    addScrape(
      reader.maker,
      podCounters(reader.maker, pod, hash, (podStartMs(pod) ?? Number.NaN) - reader.startEpochMs),
      values,
      known.slots,
    )
  }
  // A pod that is gone stays in the answers until its last sample has left the window; forgotten before, it would be counted anew.
  const answered = new Set(answer.map(({ metric }) => metric[labels.pod]))
  for (const pod of Object.keys(reader.pods)) {
    if (answered.has(pod) || podStartMs(pod) !== undefined) continue
    delete reader.pods[pod]
    dropPod(reader.maker, pod)
  }
}

/** Ends the interval at trial time `toMs`; undefined where there was no scrape in it, and the first time. */
export function endInterval(reader: LookReader, toMs: number): Look | undefined {
  return takeLook(reader.maker, toMs)
}

function slotOf(telemetry: Telemetry, metric: RangeSeries['metric']): number | undefined {
  const { requests, latency, code } = telemetry
  const error = errorCode(telemetry).test(metric[code.label] ?? '')
  if (metric['__name__'] === requests.counter) return error ? slots.error : slots.success
  if (metric['__name__'] !== `${latency.histogram}_bucket` || error) return undefined
  const bound = metric['le'] === '+Inf' ? latency.bucketsS.length : latency.bucketsS.indexOf(Number(metric['le']))
  return bound < 0 ? undefined : slots.bucket(bound)
}
