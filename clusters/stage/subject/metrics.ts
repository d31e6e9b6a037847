import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** The subject's series, under the names of scenarios/subject/telemetry.yaml. A series appears with its first count. */
export function createMetrics() {
  const registry = new Registry()
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests by status code.',
    labelNames: ['method', 'code'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to the end of the response.',
    labelNames: ['code'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  const inFlight = new Gauge({ name: 'http_requests_in_flight', help: 'Requests in progress.', registers: [registry] })
  return {
    registry,
    inFlight,
    /** Counts a request that was answered. */
    observe(method: string, code: number, latencyMs: number) {
      requests.inc({ method, code })
      durations.observe({ code }, latencyMs / 1000)
    },
  }
}

export type Metrics = ReturnType<typeof createMetrics>
