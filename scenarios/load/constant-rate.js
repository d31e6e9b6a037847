// Open model: requests start at a constant rate, however slow the answers are.
import http from 'k6/http'

const rate = Number(__ENV.RATE)

export const options = {
  scenarios: {
    load: {
      executor: 'constant-arrival-rate',
      rate,
      timeUnit: '1s',
      duration: __ENV.DURATION,
      preAllocatedVUs: rate,
      maxVUs: rate * 10,
    },
  },
  // A connection a request: the Service spreads connections, not requests, over the pods.
  noConnectionReuse: true,
  // Exit code 99 when the service misses its objective: that is a result, not an error.
  thresholds: { http_req_failed: ['rate<0.01'] },
}

export default function () {
  http.get(__ENV.TARGET, { timeout: '10s' })
}

export function handleSummary({ metrics }) {
  const sent = metrics.http_reqs?.values.count ?? 0
  const failed = metrics.http_req_failed?.values.passes ?? 0
  const dropped = metrics.dropped_iterations?.values.count ?? 0
  return { stdout: `${JSON.stringify({ sent, failed, dropped })}\n` }
}
