import { describe, expect, test } from 'vitest'
import { checkQuery } from './check-query.ts'
import { emittedSeries } from './emitted-series.ts'
import { defaultTelemetry } from './telemetry.ts'

const families = emittedSeries(defaultTelemetry, 'shop', ['checkout', 'payments'])
const messages = (query: string) => checkQuery(query, families).faults.map(({ message }) => message)

describe('queries of containers, probes and requests in progress find what a trial writes', () => {
  test.each([
    'sum(rate(container_cpu_usage_seconds_total{namespace="shop", pod=~"checkout-.*", container!=""}[2m]))',
    'max(container_memory_working_set_bytes{container="checkout", image!=""})',
    `sum(rate(container_cpu_cfs_throttled_periods_total[5m])) / sum(rate(container_cpu_cfs_periods_total[5m]))`,
    'sum(increase(kube_pod_container_status_restarts_total{job="kube-state-metrics", pod=~"checkout-.*"}[5m]))',
    'avg(probe_success{job="blackbox"}) < 1',
    'probe_duration_seconds > 1',
    'sum(http_requests_in_flight{service="checkout"})',
  ])('%s', query => {
    expect(messages(query)).toEqual([])
  })
})

test.each([
  ['container_cpu_usage_secs_total', 'nobody emits `container_cpu_usage_secs_total`'],
  ['container_memory_working_set_bytes{code="500"}', 'has no label `code`'],
  ['kube_pod_container_status_restarts_total{image="x"}', 'has no label `image`'],
  ['container_cpu_usage_seconds_total{namespace="shopp"}', 'no series of'],
  ['http_requests_in_flight{code="200"}', 'has no label `code`'],
])('%s finds nothing', (query, message) => {
  expect(messages(query).join()).toContain(message)
})
