/** Why gates fail in scenarios: what they read there, or do not. Looked up in the looks and analysis runs of the trials' logs. */
export interface Reason {
  readonly gates: readonly string[]
  readonly scenarios: readonly string[]
  readonly why: string
}

const byErrors = ['stock-argo-unscoped', 'stock-argo', 'docs-grade']
const measuring = [...byErrors, 'one-box']
const all = ['no-analysis', ...measuring]

/** Of bad deploys that were not taken back. The first that has the gate and the scenario explains them. */
export const missReasons: readonly Reason[] = [
  {
    gates: all,
    scenarios: ['crash-at-start', 'never-ready', 'wrong-image', 'missing-key'],
    why: 'No pod becomes Ready, so the rollout stands still at its first weight, before any analysis. Ten minutes later it is Degraded, and stays so: it aborts only with `progressDeadlineAbort: true`. Users keep the old version.',
  },
  {
    gates: ['no-analysis'],
    scenarios: [
      ...['error-ratio', 'error-ratio-smoke', 'total-failure', 'one-route', 'late-route', 'one-tenant', 'bad-value'],
      ...['latency', 'tail-latency', 'hang', 'cpu-saturation', 'extra-calls', 'retry-storm', 'threshold-hides-fault'],
      ...['dependency-outage', 'incident-already-over', 'prometheus-down', 'slow-warm-up', 'flapping-pod'],
      ...['self-healing', 'noisy-neighbour', 'memory-leak', 'connection-leak'],
      ...['almost-no-traffic', 'traffic-spike', 'traffic-drop'],
    ],
    why: 'Nothing is measured. Weights and pauses let fewer users meet the fault for a minute, and nobody looks.',
  },
  {
    gates: measuring,
    scenarios: ['self-healing'],
    why: 'Every pod exits 40 s after it started, again and again, and answers well in between. No request fails; restarts are not measured.',
  },
  {
    gates: measuring,
    scenarios: ['late-route'],
    why: 'The broken route gets its first request 8 to 20 minutes into the trial. The gates end 9, 16 and 15 minutes in (`stock-argo`, `docs-grade`, `one-box`), or have too few looks left.',
  },
  {
    gates: ['one-box'],
    scenarios: ['extra-calls'],
    why: 'The database carries the extra calls of one pod, and not those of ten: every answer of the canary is good and quick, and from promotion on nearly all are slow or fail.',
  },
  {
    gates: byErrors,
    scenarios: ['extra-calls'],
    why: "Answers grow slow long before they fail. At weight 50 up to half of the canary's take more than half a second and hardly one is an error; from promotion on nearly all are slow or fail.",
  },
  {
    gates: measuring,
    scenarios: ['memory-leak', 'connection-leak'],
    why: 'It takes longer to show than the gate lasts.',
  },
  {
    gates: measuring,
    scenarios: ['hang'],
    why: 'A request that is never answered is in no counter: it is no error and not slow. Only requests in flight, or the caller, show it.',
  },
  {
    gates: byErrors,
    scenarios: ['latency', 'tail-latency', 'slow-warm-up', 'noisy-neighbour', 'cpu-saturation'],
    why: 'Only status codes are measured. A slow answer is a good answer; with `cpu-saturation` all of them take more than half a second, and few fail at the weights of the gate.',
  },
  {
    gates: ['one-box'],
    scenarios: ['latency', 'tail-latency'],
    why: 'Up to 5 % of the answers may take more than half a second. A service three times as slow has up to 3 % of them there, one with a slow tail as many. Nothing compares with stable, which has next to none.',
  },
  {
    gates: ['stock-argo-unscoped', 'stock-argo'],
    scenarios: ['one-route', 'one-tenant'],
    why: 'One route or one customer fails: 1 to 9 % of all requests, most often below the limit of 5 %.',
  },
  {
    gates: ['stock-argo-unscoped'],
    scenarios: ['almost-no-traffic'],
    why: "A window holds three or four requests, of which one in five or every other is the canary's.",
  },
  {
    gates: ['stock-argo-unscoped'],
    scenarios: [
      ...['error-ratio', 'bad-value', 'threshold-hides-fault', 'prometheus-down', 'flapping-pod', 'dependency-outage'],
      ...['incident-already-over', 'traffic-spike', 'traffic-drop'],
    ],
    why: 'The query counts all versions. Errors of the canary read as a fifth at weight 20 and as a half at weight 50: below 10 % of errors no look reads 5 %.',
  },
  {
    gates: ['stock-argo'],
    scenarios: [
      ...['error-ratio', 'bad-value', 'prometheus-down', 'flapping-pod', 'dependency-outage', 'incident-already-over'],
      ...['traffic-drop', 'traffic-spike'],
    ],
    why: 'Fewer than 5 % of the requests fail, which is the limit.',
  },
  {
    gates: ['docs-grade', 'one-box'],
    scenarios: ['one-route', 'bad-value'],
    why: 'The smallest of these faults: about 1 % of the requests fail, or fewer, and the limit is 1 %.',
  },
  {
    gates: ['one-box'],
    scenarios: ['almost-no-traffic'],
    why: 'Ten minutes hold fewer than 100 requests: the measurement is inconclusive, and the rollout waits for a person, who promotes it.',
  },
  {
    gates: ['careful'],
    scenarios: ['latency', 'slow-warm-up', 'noisy-neighbour'],
    why: 'The smallest of these faults: less than twice as slow, and next to no answer takes more than half a second.',
  },
  {
    gates: ['careful'],
    scenarios: ['memory-leak'],
    why: 'The slowest leaks: a pod is killed once in ten minutes or more, and runs again a second later. Restarts that are so few raise no alarm.',
  },
  {
    gates: ['careful'],
    scenarios: ['hang'],
    why: 'So few requests hang that those in flight stay within their usual bounds.',
  },
]

/** Of good deploys that were taken back. */
export const stopReasons: readonly Reason[] = [
  {
    gates: measuring,
    scenarios: ['dependency-outage', 'feature-flag', 'traffic-spike'],
    why: 'All versions fail alike: the canary passes a fixed limit, and so would stable. Nothing compares the two.',
  },
  {
    gates: ['careful'],
    scenarios: [
      'dependency-outage',
      'feature-flag',
      'traffic-spike',
      'prometheus-down',
      'silent-analysis',
      'tight-threshold',
    ],
    why: "The manifests' own analysis, which stays live beside the engine, for the reasons of the gates above and below.",
  },
  {
    gates: byErrors,
    scenarios: ['prometheus-down', 'silent-analysis'],
    why: 'A query without an answer is an error; five in a row, ten seconds apart, abort (`consecutiveErrorLimit: 4` where nothing is said).',
  },
  {
    gates: ['docs-grade', 'one-box'],
    scenarios: ['tight-threshold'],
    why: 'The service fails 1.2 % of its requests on any day, and the limit is 1 %. Whoever rolls it out again meets the same.',
  },
  {
    gates: measuring,
    scenarios: ['flapping-pod'],
    why: 'One pod is sick, and a canary of one or two pods is mostly that pod. Nothing looks at pods one by one.',
  },
  {
    gates: ['one-box'],
    scenarios: ['incident-already-over'],
    why: 'The window of ten minutes still holds the end of an outage that was over as the canary started.',
  },
  {
    gates: ['one-box'],
    scenarios: ['noisy-log', 'noisy-neighbour', 'slow-warm-up'],
    why: 'Its answers are slow for another reason: a node, a log, cold pods. The limit is fixed.',
  },
  {
    gates: ['stock-argo'],
    scenarios: ['almost-no-traffic', 'traffic-drop'],
    why: 'A window without a request is 0 / 0. NaN meets no success condition, so it fails; two such looks abort.',
  },
]
