import fc from 'fast-check'
import { expect, test } from 'vitest'
import { defaultTelemetry } from '../manifests/telemetry.ts'
import { compileQuery } from './prometheus/compile.ts'
import { evaluate } from './prometheus/evaluate.ts'
import { createStorage, type Storage } from './prometheus/storage.ts'
import { addService, cloneService, serviceExposition, settleService, storeServiceScrape } from './service-targets.ts'

function ask(storage: Storage, text: string, atMs: number): Record<string, number> {
  const compiled = compileQuery(text)
  if (compiled.kind === 'refused') throw new Error(text)
  const result = evaluate(compiled.query, storage, atMs)
  if (result.kind !== 'vector') throw new Error(result.kind)
  return Object.fromEntries(
    result.series.map(({ labels, value }) => [[labels['code'], labels['le']].filter(Boolean).join(' '), value]),
  )
}

function payments(metrics: readonly string[] | null = null) {
  const storage = createStorage()
  const exposition = serviceExposition(defaultTelemetry, metrics, 0.5)
  return { storage, exposition, service: addService(storage, 'payments', { service: 'payments' }, -1, 0) }
}

test('a service is totals, errors and slow requests, under the names of the telemetry', () => {
  const { storage, exposition, service } = payments()
  Object.assign(service, { counts: [100, 10], slow: 30 })
  storeServiceScrape(exposition, storage, service, 1000, 0)
  expect(ask(storage, 'http_requests_total', 1000)).toEqual({ 200: 100, 500: 10 })
  expect(ask(storage, 'http_request_duration_seconds_count', 1000)).toEqual({ 200: 100, 500: 10 })
  const buckets = { '200 0.5': 70, '200 +Inf': 100, '500 0.5': 10, '500 +Inf': 10 }
  expect(ask(storage, 'http_request_duration_seconds_bucket', 1000)).toEqual(buckets)
})

test('a series appears with its first count, and only where somebody reads it', () => {
  const { storage, exposition, service } = payments(['http_requests_total'])
  service.growing[0] = 4
  storeServiceScrape(exposition, storage, service, 1000, 0)
  expect(ask(storage, '{service="payments"}', 1000)).toEqual({ '': 1 })
  storeServiceScrape(exposition, storage, service, 3000, 0.5)
  expect(ask(storage, 'http_requests_total', 3000)).toEqual({ 200: 2 })
  settleService(service)
  service.growing[1] = 1
  storeServiceScrape(exposition, storage, service, 6000, 1)
  expect(ask(storage, 'http_requests_total', 6000)).toEqual({ 200: 4, 500: 1 })
  expect(storage.series.map(({ metric }) => metric)).toEqual(['up', 'http_requests_total', 'http_requests_total'])
})

test('what it counts never falls, and no bucket holds more than all', () => {
  const cell = fc.record({ good: fc.nat(30), errors: fc.nat(5), slow: fc.nat(30) })
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 8 }), cells => {
      const { storage, exposition, service } = payments()
      let before = [0, 0, 0]
      cells.forEach(({ good, errors, slow }, i) => {
        Object.assign(service, { growing: [good, errors], growingSlow: Math.min(slow, good) })
        for (let part = 0; part < 4; part++) {
          const atMs = i * 5000 + part * 1250 + 1
          storeServiceScrape(exposition, storage, service, atMs, part / 4)
          const buckets = ask(storage, 'http_request_duration_seconds_bucket{code="200"}', atMs)
          const totals = ask(storage, 'http_requests_total', atMs)
          const now = [totals[200] ?? 0, totals[500] ?? 0, buckets['200 0.5'] ?? 0]
          now.forEach((count, k) => {
            expect(count).toBeGreaterThanOrEqual(before[k]!)
          })
          expect(now[2]).toBeLessThanOrEqual(now[0]!)
          before = now
        }
        settleService(service)
      })
    }),
    { numRuns: 50 },
  )
})

test('a clone goes its own way', () => {
  const { service } = payments()
  service.growing[0] = 3
  const clone = cloneService(service)
  settleService(clone)
  expect([service.counts, clone.counts]).toEqual([
    [0, 0],
    [3, 0],
  ])
})
