// Open model: requests start at the rate of the load's profile, however slow the answers are.
// carmine writes profile.json, with rates in requests per 1000 s, and shares added up from name to name.
import exec from 'k6/execution'
import http from 'k6/http'

const profile = JSON.parse(open('./profile.json'))

export const options = {
  scenarios: {
    load: {
      executor: 'ramping-arrival-rate',
      timeUnit: '1000s',
      startRate: profile.startRate,
      stages: profile.stages,
      preAllocatedVUs: profile.virtualUsers,
      maxVUs: profile.virtualUsers * 10,
    },
  },
  // A connection a request: the Service spreads connections, not requests, over the pods.
  noConnectionReuse: true,
  // Exit code 99 when the service misses its objective: that is a result, not an error.
  thresholds: { http_req_failed: ['rate<0.01'] },
}

export default function () {
  const { iterationInTest, startTime } = exec.scenario
  const elapsedMs = Date.now() - startTime
  const mix = profile.routes.findLast(({ fromMs }) => fromMs <= elapsedMs)
  const route = mix === undefined ? '' : pick(mix.shares, uniform(iterationInTest, 1))
  const tenant = pick(profile.tenants, uniform(iterationInTest, 2))
  http.get(`${__ENV.TARGET}/${route}`, { timeout: '10s', headers: tenant === '' ? {} : { 'x-tenant': tenant } })
}

function pick(shares, u) {
  const found = shares.find(({ upTo }) => u < upTo) ?? shares[shares.length - 1]
  return found === undefined ? '' : found.name
}

// k6's own randomSeed would tie a draw to the virtual user that happens to be free. This is MurmurHash3's fmix32 of seed and iteration.
function uniform(iteration, stream) {
  let h = Math.imul(profile.seed, 0x9e3779b1) ^ Math.imul(iteration + 1, 0x85ebca6b) ^ Math.imul(stream, 0xc2b2ae35)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 0x100000000
}
