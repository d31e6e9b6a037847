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

test('one selector holds all series of the versions of a namespace', () => {
  expect(lookQuery(defaultTelemetry, 'trial-1', 20)).toBe(
    '{__name__=~"up|http_requests_total|http_request_duration_seconds_bucket",namespace="trial-1",rollouts_pod_template_hash!=""}[20s]',
  )
})

test('a look counts successes, errors and latencies since the last look, each scrape once', () => {
  const coarse = { ...defaultTelemetry, latency: { ...defaultTelemetry.latency, bucketsS: [0.1] } }
  const reader = createLookReader(coarse, startMs)
  readScrapes(
    reader,
    [counter('200', [3000, 100]), bucket('200', '0.1', [3000, 90]), bucket('200', '+Inf', [3000, 100])],
    started,
  )
  expect(endInterval(reader, 5000)).toBeUndefined()
  readScrapes(
    reader,
    [
      counter('200', [3000, 100], [8000, 140]),
      counter('503', [8000, 6]),
      bucket('200', '0.1', [3000, 90], [8000, 120]),
      bucket('200', '+Inf', [3000, 100], [8000, 140]),
      bucket('503', '0.1', [8000, 6]),
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
  const reader = createLookReader(defaultTelemetry, startMs)
  readScrapes(reader, [series('up', {}, [3000, 1])], started)
  endInterval(reader, 5000)
  readScrapes(reader, [series('up', {}, [8000, 1])], started)
  expect(endInterval(reader, 10_000)!.versions).toMatchObject([{ podTemplateHash: 'h1', pods: 1, requests: 0 }])
  readScrapes(reader, [series('up', {}, [13_000, 0])], started)
  expect(endInterval(reader, 15_000)).toBeUndefined()
})

test('a pod that is gone is not counted anew while its samples are still in the window', () => {
  const reader = createLookReader(defaultTelemetry, startMs)
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
  const reader = createLookReader(defaultTelemetry, startMs)
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
