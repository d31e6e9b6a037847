import type { Parameters } from '../../../harness/model/parameters.ts'
import {
  type CallSpec,
  type ServiceSpec,
  subjectCallsPerEntryRequest,
  type Topology,
} from '../../../harness/model/topology.ts'

/** A topology ready to be stepped: numbers only, indexes instead of names, times in seconds. Shared by all worlds. */
export interface SystemModel {
  /** Callers before their callees: what leads to the subject, the subject, the rest. */
  readonly nodes: readonly NodeModel[]
  readonly subject: number
  readonly entry: number
  readonly routes: readonly RouteModel[]
  readonly subjectCallsPerEntryRequest: number
  /** Somebody on the way to the subject calls again what has failed. */
  readonly subjectIsRetried: boolean
  /** Waiting requests that a replica takes before it turns more away. */
  readonly queueLimit: number
  /** Of one attempt, where a call that a version adds has none. */
  readonly callTimeoutS: number
  /** Requests slower than this are slow. */
  readonly sloLatencyS: number
}

export interface NodeModel {
  readonly name: string
  /** 0 for the subject, whose pods come with its versions. */
  readonly replicas: number
  readonly workers: number
  readonly meanS: number
  readonly varianceS2: number
  readonly cpuS: number
  readonly errorRatio: number
  /** The longest that anybody waits for its answer. */
  readonly callerTimeoutS: number
  /** It is the subject, or calls it directly or not. */
  readonly reachesSubject: boolean
  /** Caches before the calls that they spare. */
  readonly links: readonly LinkModel[]
}

export interface LinkModel {
  readonly callee: number
  readonly perRequest: number
  readonly timeoutS: number
  readonly retries: number
  /** Retries for each first attempt; infinite without a budget. */
  readonly budget: number
  /** Connections of each caller replica; 0: as many as it takes. */
  readonly pool: number
  /** Index among the caller's links of the cache that is asked first; -1: none. */
  readonly cache: number
  readonly hitRatio: number
  /** It asks a cache that another link stands behind: its failures are misses. */
  readonly optional: boolean
}

interface RouteModel {
  readonly name: string
  readonly share: number
  /** Indexes of the entry's links. */
  readonly links: readonly number[]
  readonly touchesSubject: boolean
}

export function compileSystem(
  topology: Topology,
  { services, clients }: Pick<Parameters, 'services' | 'clients'>,
  sloLatencyS: number,
): SystemModel {
  const order = callersFirst(topology)
  const indexOf = new Map(order.map((name, i) => [name, i]))
  const reaching = new Set(order.filter(name => reachesSubject(topology, name)))
  const timeoutMs = (call: CallSpec) => call.timeout ?? clients.callTimeout.ms
  const callerTimeoutS = new Map([[topology.entry, clients.edgeTimeout.ms / 1000]])
  for (const { calls } of Object.values(topology.services)) {
    for (const [callee, call] of Object.entries(calls)) {
      callerTimeoutS.set(callee, Math.max(callerTimeoutS.get(callee) ?? 0, timeoutMs(call) / 1000))
    }
  }
  const nodes = order.map(name => {
    const service = topology.services[name]!
    const { median, sigma } = service.time
    const meanS = (median / 1000) * Math.exp((sigma * sigma) / 2)
    return {
      name,
      replicas: name === topology.subject ? 0 : service.replicas!,
      workers: service.workers,
      meanS,
      varianceS2: meanS * meanS * Math.expm1(sigma * sigma),
      cpuS: service.cpu / 1000,
      errorRatio: service.errorRatio,
      callerTimeoutS: callerTimeoutS.get(name) ?? clients.callTimeout.ms / 1000,
      reachesSubject: reaching.has(name),
      links: links(service, indexOf, timeoutMs),
    }
  })
  const entry = indexOf.get(topology.entry)!
  const routes = Object.entries(topology.routes).map(([name, { share, calls }]) => ({
    name,
    share,
    links: calls.map(callee => nodes[entry]!.links.findIndex(link => link.callee === indexOf.get(callee))),
    touchesSubject: topology.entry === topology.subject || calls.some(callee => reaching.has(callee)),
  }))
  return {
    nodes,
    subject: indexOf.get(topology.subject)!,
    entry,
    routes,
    subjectCallsPerEntryRequest: subjectCallsPerEntryRequest(topology),
    subjectIsRetried: nodes.some(node =>
      node.links.some(link => link.retries > 0 && nodes[link.callee]!.reachesSubject),
    ),
    queueLimit: services.queueLimit.value,
    callTimeoutS: clients.callTimeout.ms / 1000,
    sloLatencyS,
  }
}

function links(
  { calls }: ServiceSpec,
  indexOf: ReadonlyMap<string, number>,
  timeoutMs: (call: CallSpec) => number,
): LinkModel[] {
  const ordered = Object.entries(calls).sort(
    ([, a], [, b]) => Number(a.behind !== undefined) - Number(b.behind !== undefined),
  )
  return ordered.map(([callee, call]) => ({
    callee: indexOf.get(callee)!,
    perRequest: call.perRequest,
    timeoutS: timeoutMs(call) / 1000,
    retries: call.retries,
    budget: call.budget ?? Number.POSITIVE_INFINITY,
    pool: call.pool ?? 0,
    cache: ordered.findIndex(([name]) => name === call.behind),
    hitRatio: call.hitRatio ?? 0,
    optional: ordered.some(([, { behind }]) => behind === callee),
  }))
}

/** What leads to the subject comes before it and nothing else does, so that a version may call any of the rest. */
function callersFirst(topology: Topology): string[] {
  const finished: string[] = []
  const seen = new Set<string>()
  const visit = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    for (const callee of Object.keys(topology.services[name]!.calls)) visit(callee)
    finished.push(name)
  }
  for (const name of Object.keys(topology.services)) visit(name)
  const order = finished.reverse()
  const leading = order.filter(name => name !== topology.subject && reachesSubject(topology, name))
  const rest = order.filter(name => !reachesSubject(topology, name))
  return [...leading, topology.subject, ...rest]
}

function reachesSubject({ subject, services }: Topology, from: string): boolean {
  const seen = new Set<string>()
  const reaches = (name: string): boolean => {
    if (name === subject) return true
    if (seen.has(name)) return false
    seen.add(name)
    return Object.keys(services[name]!.calls).some(reaches)
  }
  return reaches(from)
}
