import { formatRatio } from '../../reports/format.ts'
import type { CallSpec, ServiceSpec, Topology } from '../model/topology.ts'
import type { Description } from './describe-document.ts'

/** What a topology says: its routes, and each service with whom it calls. */
export function describeTopology({ subject, entry, routes, services }: Topology): Description {
  return [
    ['deployed', subject],
    ['users reach', entry],
    ...Object.entries(routes).map(([name, { share, calls }]): [string, string] => [
      `route ${name}`,
      `${formatRatio(share)} of the requests${calls.length === 0 ? '' : `, to ${calls.join(' and ')}`}`,
    ]),
    ...Object.entries(services).flatMap(
      ([name, service]): Description => [
        [name, describeService(service)],
        ...Object.entries(service.calls).map(([callee, call]): [string, string] => ['', describeCall(callee, call)]),
      ],
    ),
  ]
}

function describeService({ kind, replicas, workers, time, cpu, errorRatio }: ServiceSpec): string {
  return [
    kind,
    ...(replicas === undefined ? ['pods of the Rollout'] : [`replicas ${replicas}`]),
    `workers ${workers}`,
    `time median ${time.median}ms, sigma ${time.sigma}`,
    ...(cpu === 0 ? [] : [`CPU ${cpu}ms`]),
    ...(errorRatio === 0 ? [] : [`errors ${formatRatio(errorRatio)}`]),
  ].join(', ')
}

function describeCall(
  callee: string,
  { perRequest, timeout, retries, budget, pool, behind, hitRatio }: CallSpec,
): string {
  return [
    `calls ${callee}`,
    ...(perRequest === 1 ? [] : [`${perRequest} times a request`]),
    ...(behind === undefined ? [] : [`where ${behind} has no answer (${formatRatio(1 - (hitRatio ?? 0))})`]),
    ...(timeout === undefined ? [] : [`timeout ${timeout}ms`]),
    ...(retries === 0
      ? []
      : [`retries ${retries}${budget === undefined ? '' : ` in a budget of ${formatRatio(budget)}`}`]),
    ...(pool === undefined ? [] : [`pool ${pool}`]),
  ].join(', ')
}
