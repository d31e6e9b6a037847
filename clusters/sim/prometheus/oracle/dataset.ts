/**
 * The recorded questions are asked about this data set: what a few pods' targets showed to Prometheus in fifteen minutes. It is a pure function of nothing.
 * Restarts, failed scrapes, pods that come and go and an outage of Prometheus itself are in it; every time is in ms.
 */
export interface DatasetTarget {
  readonly labels: Readonly<Record<string, string>>
  readonly series: readonly { readonly metric: string; readonly labels: Readonly<Record<string, string>> }[]
  readonly scrapes: readonly DatasetScrape[]
}

/** `values` go with the target's series, undefined where a series is not exposed. */
export type DatasetScrape =
  | { readonly kind: 'ok'; readonly atMs: number; readonly values: readonly (number | undefined)[] }
  | { readonly kind: 'failed' | 'gone'; readonly atMs: number }

const endMs = 900_000
const outage = { fromMs: 760_000, toMs: 790_000 }
const bounds = ['0.005', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '+Inf']

interface Pod {
  readonly name: string
  readonly hash: string
  readonly offsetMs: number
  readonly fromMs: number
  readonly restartMs?: number
  readonly goneMs?: number
  /** Scrapes get no answer. */
  readonly failing?: readonly [number, number]
  /** No scrape is made at all, as when Prometheus is overloaded. */
  readonly skipped?: readonly [number, number]
  readonly errorRatio: number
  readonly firstErrorMs: number
}

const pods: readonly Pod[] = [
  {
    name: 'stable-a',
    hash: '6f7b',
    offsetMs: 310,
    fromMs: 0,
    restartMs: 300_000,
    errorRatio: 0.01,
    firstErrorMs: 20_000,
  },
  {
    name: 'stable-b',
    hash: '6f7b',
    offsetMs: 1720,
    fromMs: 0,
    failing: [200_000, 262_000],
    errorRatio: 0.01,
    firstErrorMs: 90_000,
  },
  { name: 'stable-c', hash: '6f7b', offsetMs: 4400, fromMs: 0, goneMs: 500_000, errorRatio: 0, firstErrorMs: endMs },
  { name: 'canary-a', hash: '9c2d', offsetMs: 2500, fromMs: 350_000, errorRatio: 0.2, firstErrorMs: 410_000 },
  {
    name: 'canary-b',
    hash: '9c2d',
    offsetMs: 0,
    fromMs: 352_000,
    skipped: [600_000, 700_000],
    errorRatio: 0.3,
    firstErrorMs: 425_000,
  },
]

/** All targets; their scrapes are in order of time. */
export function dataset(): DatasetTarget[] {
  return [
    ...pods.map((pod, i) => podTarget(pod, i + 1)),
    legacyTarget('old-1', 7000),
    legacyTarget('old-2', 900),
    oddTarget(),
  ]
}

function podTarget(pod: Pod, seed: number): DatasetTarget {
  const random = generator(seed)
  const counts = ['200', '404', '500']
  const series = [
    ...counts.map(code => ({ metric: 'http_requests_total', labels: { code, method: 'GET' } })),
    { metric: 'http_requests_total', labels: { code: '200', method: 'POST' } },
    ...bounds.map(le => ({ metric: 'http_request_duration_seconds_bucket', labels: { le } })),
    { metric: 'http_request_duration_seconds_sum', labels: {} },
    { metric: 'http_request_duration_seconds_count', labels: {} },
    { metric: 'process_resident_memory_bytes', labels: {} },
    { metric: 'queue_depth', labels: {} },
  ]
  let requests = [0, 0, 0, 0]
  let buckets = bounds.map(() => 0)
  let sum = 0
  let wasUp = false
  const scrapes: DatasetScrape[] = []
  for (let tick = pod.fromMs; tick < endMs; tick += 5000) {
    const restarted = pod.restartMs !== undefined && wasUp && tick === pod.restartMs
    if (restarted) [requests, buckets, sum] = [[0, 0, 0, 0], bounds.map(() => 0), 0]
    wasUp = true
    for (let n = 20 + Math.floor(random() * 20); n > 0; n--) {
      const error = tick >= pod.firstErrorMs && random() < pod.errorRatio && !(restarted || inRestart(pod, tick))
      const kind = error ? 2 : random() < 0.02 ? 1 : random() < 0.2 ? 3 : 0
      requests[kind]!++
      const seconds = 0.02 * Math.exp(random() * 4)
      sum += seconds
      for (const [b, bound] of bounds.entries()) if (seconds <= Number(bound.replace('+Inf', 'Infinity'))) buckets[b]!++
    }
    const atMs = tick + pod.offsetMs + Math.floor(random() * 7)
    if (atMs > outage.fromMs && atMs < outage.toMs) continue
    if (pod.skipped !== undefined && tick >= pod.skipped[0] && tick < pod.skipped[1]) continue
    if (pod.goneMs !== undefined && tick >= pod.goneMs) {
      scrapes.push({ kind: 'gone', atMs })
      break
    }
    if (pod.failing !== undefined && tick >= pod.failing[0] && tick < pod.failing[1]) {
      scrapes.push({ kind: 'failed', atMs })
      continue
    }
    const depth = Math.floor(random() * 5)
    const gauge = tick % 60_000 === 0 ? Number.NaN : tick % 85_000 === 0 ? Number.POSITIVE_INFINITY : depth
    scrapes.push({
      kind: 'ok',
      atMs,
      values: [
        ...requests.map(count => (count === 0 ? undefined : count)),
        ...buckets,
        sum,
        buckets.at(-1)!,
        5e7 + tick,
        gauge,
      ],
    })
  }
  return {
    labels: { job: 'checkout', instance: `${pod.name}:8080`, pod: pod.name, rollouts_pod_template_hash: pod.hash },
    series,
    scrapes,
  }
}

/** For two minutes after its restart a pod has no error, so that its error series is absent for a while. */
function inRestart(pod: Pod, tick: number): boolean {
  return pod.restartMs !== undefined && tick >= pod.restartMs && tick < pod.restartMs + 120_000
}

/** Scraped every 15 s; counters that stand still, and one that steps. */
function legacyTarget(name: string, offsetMs: number): DatasetTarget {
  const scrapes: DatasetScrape[] = []
  for (let tick = 0; tick < endMs; tick += 15_000) {
    const atMs = tick + offsetMs
    if (atMs > outage.fromMs && atMs < outage.toMs) continue
    const steps = Math.floor(tick / 120_000)
    scrapes.push({ kind: 'ok', atMs, values: [17, 0, steps, tick < 450_000 ? 1 : 2] })
  }
  return {
    labels: { job: 'legacy', instance: name, Zone: 'eu-1' },
    series: [
      { metric: 'flask_http_request_total', labels: { status: '200', path: '/api/v1.0/[id]' } },
      { metric: 'flask_http_request_total', labels: { status: '500', path: '/api/v1.0/[id]' } },
      { metric: 'flask_http_request_total', labels: { status: '404', path: 'say "grüß\nGott"' } },
      { metric: 'build_info', labels: { version: '1.2.3', instance: 'scraped' } },
    ],
    scrapes,
  }
}

/** Constant values at the edges of arithmetic and histograms at the edges of quantiles. */
function oddTarget(): DatasetTarget {
  const histograms: Readonly<Record<string, Readonly<Record<string, number>>>> = {
    descending: { '0.1': 10, '0.2': 8, '0.4': 12, '+Inf': 12 },
    empty: { '0.1': 0, '1': 0, '+Inf': 0 },
    endless: { '0.1': 1, '1': 5 },
    fractions: { '0.1': 1, '0.2': 1 + 1e-15, '0.4': 1 + 2e-15, '+Inf': 1 },
    infinite: { '+Inf': 4 },
    negative: { '-2': 3, '-1': 5, '0': 6, '1': 9, '+Inf': 10 },
    spelled: { '1': 2, '1.0': 3, '2e0': 7, inf: 9 },
    unnumbered: { '0.5': 3, big: 4, '+Inf': 5 },
    above: { '0.1': 1, '1': 2, '+Inf': 100 },
    nan: { '0.1': 1, '1': Number.NaN, '+Inf': 3 },
  }
  const special = {
    nan: Number.NaN,
    inf: Number.POSITIVE_INFINITY,
    ninf: Number.NEGATIVE_INFINITY,
    zero: 0,
    nzero: -0,
    one: 1,
    third: 1 / 3,
    minus: -7.5,
  }
  const entries: [string, Record<string, string>, number][] = []
  for (const [shape, buckets] of Object.entries(histograms)) {
    for (const [le, count] of Object.entries(buckets)) entries.push(['odd_bucket', { shape, le }, count])
  }
  for (const [kind, value] of Object.entries(special)) entries.push(['special_value', { kind }, value])
  for (const [i, value] of [1.7e308, 1.6e308, -3, 1.5e308].entries())
    entries.push(['huge_value', { n: String(i) }, value])
  for (const [i, value] of [1e100, 1, -1e100, 0.1, 0.2, 0.3].entries())
    entries.push(['rounding_value', { n: String(i) }, value])
  const scrapes: DatasetScrape[] = []
  for (let atMs = 2000; atMs < endMs; atMs += 15_000) {
    if (atMs < outage.fromMs || atMs > outage.toMs)
      scrapes.push({ kind: 'ok', atMs, values: entries.map(([, , value]) => value) })
  }
  return {
    labels: { job: 'odd', instance: 'odd' },
    series: entries.map(([metric, labels]) => ({ metric, labels })),
    scrapes,
  }
}

/** Uniform numbers in [0, 1) by the mixed congruential generator of Numerical Recipes (m = 2^32), enough for test data. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
