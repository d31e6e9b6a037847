import type { Look } from '../../harness/model/look.ts'
import {
  addScrape,
  addServiceScrape,
  createLookMaker,
  dropPod,
  dropProcess,
  type LookMaker,
  lookShape,
  podCounters,
  processCounters,
  serviceSlots,
  slots,
} from '../look-maker.ts'
import { takeLook } from '../looks.ts'
import { errorCode, sloLatencyS, type Telemetry } from '../manifests/telemetry.ts'

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
    {
      /** Empty: of the service under test. */
      readonly service: string
      readonly series: Record<string, number>
      readonly slots: number[]
      lastScrapeMs: number
    }
  >
}

/** What has to be known of the system: the names of its services. */
export type LookedAt = Parameters<typeof lookShape>[1]

export function createLookReader(telemetry: Telemetry, system: LookedAt, startEpochMs: number): LookReader {
  return { telemetry, startEpochMs, maker: createLookMaker(lookShape(telemetry, system)), pods: {} }
}

/** Range selector whose instant query holds every sample of the namespace's services in the last `windowS` seconds. */
export function lookQuery({ requests, latency, labels }: Telemetry, namespace: string, windowS: number): string {
  const series = ['up', requests.counter, requests.inFlight, `${latency.histogram}_bucket`].join('|')
  return `{__name__=~"${series}",${labels.namespace}="${namespace}",${labels.pod}!=""}[${windowS}s]`
}

interface Scrape {
  readonly pod: string
  /** Empty: of another service. */
  readonly hash: string
  readonly service: string
  readonly atMs: number
  readonly samples: [RangeSeries['metric'], number][]
}

/**
 * Takes in the scrapes of an answer that were not in an earlier one, oldest first.
 * @param podStartMs epoch ms at which a pod's process started; undefined for a pod that is gone, or of another service
 */
export function readScrapes(
  reader: LookReader,
  answer: readonly RangeSeries[],
  podStartMs: (pod: string) => number | undefined,
): void {
  const { labels } = reader.telemetry
  const { shape } = reader.maker
  const scrapes = new Map<string, Scrape>()
  for (const { metric, values } of answer) {
    const pod = metric[labels.pod]
    if (pod === undefined) continue
    const hash = metric[labels.podTemplateHash] ?? ''
    const service = labels.service.map(label => metric[label]).find(name => shape.services.includes(name!)) ?? ''
    if (hash === '' && (service === '' || service === shape.subject)) continue
    for (const [seconds, value] of values) {
      const atMs = Math.round(seconds * 1000)
      if (atMs <= (reader.pods[pod]?.lastScrapeMs ?? 0)) continue
      const key = `${atMs} ${pod}`
      const scrape = scrapes.get(key) ?? { pod, hash, service, atMs, samples: [] }
      scrapes.set(key, scrape)
      scrape.samples.push([metric, Number(value)])
    }
  }
  for (const scrape of [...scrapes.values()].sort((a, b) => a.atMs - b.atMs)) {
    const up = scrape.samples.find(([metric]) => metric['__name__'] === 'up')
    if (up?.[1] !== 0) takeIn(reader, scrape, podStartMs(scrape.pod))
  }
  // A pod that is gone stays in the answers until its last sample has left the window; forgotten before, it would be counted anew.
  const answered = new Set(answer.map(({ metric }) => metric[labels.pod]))
  for (const [pod, { service }] of Object.entries(reader.pods)) {
    if (answered.has(pod) || podStartMs(pod) !== undefined) continue
    delete reader.pods[pod]
    if (service === '') dropPod(reader.maker, pod)
    else dropProcess(reader.maker, pod)
  }
}

function takeIn(reader: LookReader, { pod, hash, service, atMs, samples }: Scrape, startMs = Number.NaN): void {
  const { telemetry, maker, startEpochMs } = reader
  const isOther = hash === ''
  const known = reader.pods[pod] ?? { service: isOther ? service : '', series: {}, slots: [], lastScrapeMs: 0 }
  reader.pods[pod] = known
  known.lastScrapeMs = atMs
  const values: (number | undefined)[] = new Array(known.slots.length).fill(undefined)
  for (const [metric, value] of samples) {
    const slot = isOther ? serviceSlotOf(telemetry, metric) : slotOf(telemetry, metric)
    if (slot === undefined) continue
    const key = JSON.stringify(Object.entries(metric).sort())
    let index = known.series[key]
    if (index === undefined) {
      index = known.slots.push(slot) - 1
      known.series[key] = index
    }
    values[index] = value
  }
  if (isOther)
    addServiceScrape(maker, processCounters(maker, pod, service, startMs - startEpochMs), values, known.slots)
  else {
    const inFlight = samples.find(([metric]) => metric['__name__'] === telemetry.requests.inFlight)?.[1]
    addScrape(maker, podCounters(maker, pod, hash, startMs - startEpochMs), values, known.slots, inFlight)
  }
}

/** Ends the interval at trial time `toMs`; undefined where there was no scrape in it, and the first time. */
export function endInterval(reader: LookReader, toMs: number): Look | undefined {
  return takeLook(reader.maker, toMs)
}

function slotOf(telemetry: Telemetry, metric: RangeSeries['metric']): number | undefined {
  const bound = boundOf(telemetry, metric)
  if (bound === undefined) return countSlot(telemetry, metric)
  const { bucketsS } = telemetry.latency
  const bucket = bound === Number.POSITIVE_INFINITY ? bucketsS.length : bucketsS.indexOf(bound)
  return bucket < 0 || isError(telemetry, metric) ? undefined : slots.bucket(bucket)
}

function serviceSlotOf(telemetry: Telemetry, metric: RangeSeries['metric']): number | undefined {
  const bound = boundOf(telemetry, metric)
  if (bound === undefined) return countSlot(telemetry, metric)
  if (isError(telemetry, metric)) return undefined
  return bound === Number.POSITIVE_INFINITY ? serviceSlots.timed : bound === sloLatencyS ? serviceSlots.fast : undefined
}

function countSlot(telemetry: Telemetry, metric: RangeSeries['metric']): number | undefined {
  if (metric['__name__'] !== telemetry.requests.counter) return undefined
  return isError(telemetry, metric) ? slots.error : slots.success
}

function isError(telemetry: Telemetry, metric: RangeSeries['metric']): boolean {
  return errorCode(telemetry).test(metric[telemetry.code.label] ?? '')
}

/** Upper bound in seconds of a bucket's series; undefined for any other. */
function boundOf({ latency }: Telemetry, metric: RangeSeries['metric']): number | undefined {
  if (metric['__name__'] !== `${latency.histogram}_bucket`) return undefined
  return metric['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(metric['le'])
}
