import { expect, test } from 'vitest'
import { defaultTelemetry } from '../manifests/telemetry.ts'
import { createLookReader, endInterval, lookQuery, type RangeSeries, readScrapes } from './look-reader.ts'

const startMs = 1_700_000_000_000
const seconds = (ms: number) => (startMs + ms) / 1000
const series = (name: string, labels: Record<string, string>, ...values: [number, number][]): RangeSeries => ({
  metric: { __name__: name, namespace: 'trial-1', pod: 'a', rollouts_pod_template_hash: 'h1', ...labels },
  values: values.map(([ms, value]) => [seconds(ms), String(value)]),
})
const counter = (code: string, ...values: [number, number][]) =>
  series('http_requests_total', { code, method: 'GET' }, ...values)
const bucket = (code: string, le: string, ...values: [number, number][]) =>
  series('http_request_duration_seconds_bucket', { code, le }, ...values)
const started = () => startMs - 60_000
const shop = { subject: 'checkout', services: { gateway: {}, checkout: {}, payments: {} } }
const readerOf = (telemetry = defaultTelemetry) => createLookReader(telemetry, shop, startMs)

test('one selector holds all series of the services of a namespace', () => {
  expect(lookQuery(defaultTelemetry, 'trial-1', 20)).toBe(
    '{__name__=~"up|http_requests_total|http_requests_in_flight|http_request_duration_seconds_bucket",namespace="trial-1",pod!=""}[20s]',
  )
})

test('a look counts successes, errors and latencies since the last look, each scrape once', () => {
  const coarse = { ...defaultTelemetry, latency: { ...defaultTelemetry.latency, bucketsS: [0.5] } }
  const reader = readerOf(coarse)
  readScrapes(
    reader,
    [counter('200', [3000, 100]), bucket('200', '0.5', [3000, 90]), bucket('200', '+Inf', [3000, 100])],
    started,
  )
  expect(endInterval(reader, 5000)).toBeUndefined()
  readScrapes(
    reader,
    [
      counter('200', [3000, 100], [8000, 140]),
      counter('503', [8000, 6]),
      bucket('200', '0.5', [3000, 90], [8000, 120]),
      bucket('200', '+Inf', [3000, 100], [8000, 140]),
      bucket('503', '0.5', [8000, 6]),
    ],
    started,
  )
  const look = endInterval(reader, 10_000)
  expect(look).toMatchObject({
    fromMs: 5000,
    toMs: 10_000,
    versions: [{ podTemplateHash: 'h1', pods: 1, requests: 46, errors: 6 }],
  })
  expect(look!.versions[0]!.latency).toEqual([30, 10])
})

test('a pod that is up without a request is a look of zeros; one that is down is silence', () => {
  const reader = readerOf()
  readScrapes(reader, [series('up', {}, [3000, 1])], started)
  endInterval(reader, 5000)
  readScrapes(reader, [series('up', {}, [8000, 1])], started)
  expect(endInterval(reader, 10_000)!.versions).toMatchObject([{ podTemplateHash: 'h1', pods: 1, requests: 0 }])
  readScrapes(reader, [series('up', {}, [13_000, 0])], started)
  expect(endInterval(reader, 15_000)).toBeUndefined()
})

test('a pod that is gone is not counted anew while its samples are still in the window', () => {
  const reader = readerOf()
  const old = { ...counter('200', [-2000, 7]), metric: { ...counter('200').metric, pod: 'old' } }
  const alive = (pod: string) => (pod === 'old' ? started() : startMs + 1000)
  readScrapes(reader, [old], alive)
  endInterval(reader, 0)
  readScrapes(reader, [old, counter('200', [3000, 50])], alive)
  expect(endInterval(reader, 5000)?.versions).toMatchObject([{ requests: 50 }])
  const gone = () => undefined
  readScrapes(reader, [counter('200', [3000, 50])], gone)
  expect(endInterval(reader, 10_000)).toBeUndefined()
  readScrapes(reader, [counter('200', [3000, 50])], gone)
  expect(endInterval(reader, 15_000)).toBeUndefined()
  readScrapes(reader, [], gone)
  expect(reader.pods).toEqual({})
  expect(reader.maker.pods).toEqual({})
})

test('a pod that started after the first look counts from zero', () => {
  const reader = readerOf()
  readScrapes(reader, [counter('200', [3000, 100])], started)
  endInterval(reader, 5000)
  const young = {
    ...counter('200', [9000, 12]),
    metric: { ...counter('200').metric, pod: 'b', rollouts_pod_template_hash: 'h2' },
  }
  readScrapes(reader, [counter('200', [8000, 110]), young], pod => (pod === 'b' ? startMs + 6000 : started()))
  expect(
    endInterval(reader, 10_000)!.versions.map(({ podTemplateHash, requests }) => [podTemplateHash, requests]),
  ).toEqual([
    ['h1', 10],
    ['h2', 12],
  ])
})

test('a look holds the gauge of requests in progress and, while there are two versions, each pod', () => {
  const reader = readerOf()
  const inFlight = (labels: object, ...values: [number, number][]) =>
    series('http_requests_in_flight', { ...labels }, ...values)
  const ofB = { pod: 'b', rollouts_pod_template_hash: 'h2' }
  readScrapes(reader, [counter('200', [3000, 100])], started)
  endInterval(reader, 5000)
  const b = { ...counter('200', [9000, 12]), metric: { ...counter('200').metric, ...ofB } }
  const answer = [counter('200', [8000, 110]), inFlight({}, [8000, 3]), b, inFlight(ofB, [9000, 7])]
  readScrapes(reader, answer, pod => (pod === 'b' ? startMs + 6000 : started()))
  expect(endInterval(reader, 10_000)!.versions).toMatchObject([
    { podTemplateHash: 'h1', inFlight: 3, byPod: [{ pod: 'a', requests: 10 }] },
    { podTemplateHash: 'h2', inFlight: 7, byPod: [{ pod: 'b', requests: 12 }] },
  ])
})

test('a look holds the other services that are scraped, all their pods together, and nothing of strangers', () => {
  const reader = readerOf()
  const of = (name: string, pod: string, labels: object, ...values: [number, number][]) => ({
    ...series(name, { code: '200', ...labels }, ...values),
    metric: { __name__: name, namespace: 'trial-1', pod, service: 'payments', job: 'payments', code: '200', ...labels },
  })
  const requests = (pod: string, labels: object, ...values: [number, number][]) =>
    of('http_requests_total', pod, labels, ...values)
  const answer = [
    counter('200', [3000, 100], [8000, 110]),
    requests('p1', {}, [3000, 1000], [8000, 1010]),
    requests('p1', { code: '500' }, [8000, 2]),
    requests('p2', {}, [4000, 500], [9000, 530]),
    of('http_request_duration_seconds_bucket', 'p1', { le: '0.5' }, [3000, 990], [8000, 997]),
    of('http_request_duration_seconds_bucket', 'p1', { le: '+Inf' }, [3000, 1000], [8000, 1010]),
    of('http_request_duration_seconds_bucket', 'p2', { le: '0.5' }, [4000, 500], [9000, 530]),
    of('http_request_duration_seconds_bucket', 'p2', { le: '+Inf' }, [4000, 500], [9000, 530]),
    requests('x', { service: 'k6', job: 'k6' }, [3000, 7], [8000, 9]),
  ]
  const before = (ms: number) => answer.map(one => ({ ...one, values: one.values.filter(([s]) => s <= seconds(ms)) }))
  const known = (pod: string) => (pod === 'a' ? started() : undefined)
  readScrapes(reader, before(5000), known)
  endInterval(reader, 5000)
  readScrapes(reader, answer, known)
  expect(endInterval(reader, 10_000)!.services).toEqual([
    { service: 'checkout', requests: 10, errors: 0, slow: 0 },
    { service: 'payments', requests: 42, errors: 2, slow: 3 },
  ])
  readScrapes(reader, [], known)
  expect(reader.maker.others).toEqual({})
})
