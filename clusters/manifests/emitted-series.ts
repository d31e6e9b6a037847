import { type ClusterSeries, cadvisorSeries, clusterTargets, kubeStateSeries, probeSeries } from './cluster-series.ts'
import { leText, type Telemetry } from './telemetry.ts'

/** Series of one metric that the Prometheus of a trial holds: their labels, each with its values, or `any` where these come with the trial. */
export interface SeriesFamily {
  readonly metric: string
  readonly labels: Readonly<Record<string, 'any' | readonly string[]>>
}

/** All series that a trial writes; `any` where no Rollout says which namespace and services there are. */
export function emittedSeries(
  telemetry: Telemetry,
  namespace: string | 'any',
  services: readonly string[] | 'any',
): SeriesFamily[] {
  const { requests, latency, code, labels } = telemetry
  const single = (record: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, [value]]))
  const target = {
    ...single(labels.constant),
    ...Object.fromEntries(labels.service.map(name => [name, services])),
    [labels.namespace]: namespace === 'any' ? 'any' : [namespace],
    [labels.pod]: 'any',
    [labels.podTemplateHash]: 'any',
    instance: 'any',
  } as const
  const ofContainers = (series: readonly ClusterSeries[], more: SeriesFamily['labels']): SeriesFamily[] =>
    series.map(({ metric, labels: own }) => ({
      metric,
      labels: { namespace: target[labels.namespace]!, pod: 'any', container: 'any', ...more, ...single(own) },
    }))
  const probe: SeriesFamily['labels'] = { ...single(clusterTargets.prober), instance: 'any' }
  const codes = { [code.label]: [code.success, code.error] }
  const bounds = latency.bucketsS.map(leText)
  return [
    { metric: 'up', labels: target },
    { metric: requests.counter, labels: { ...target, ...single(requests.labels), ...codes } },
    { metric: requests.inFlight, labels: target },
    { metric: `${latency.histogram}_bucket`, labels: { ...target, ...codes, le: [...bounds, '+Inf'] } },
    { metric: `${latency.histogram}_sum`, labels: { ...target, ...codes } },
    { metric: `${latency.histogram}_count`, labels: { ...target, ...codes } },
    ...ofContainers(cadvisorSeries, { ...single(clusterTargets.cadvisor), image: 'any' }),
    ...ofContainers(kubeStateSeries, single(clusterTargets.kubeState)),
    ...Object.values(probeSeries).map(metric => ({ metric, labels: probe })),
  ]
}
