import type { SystemInputs, VersionInput } from './inputs.ts'
import { type Lognormal, noTime } from './lognormal.ts'
import type { NodeModel, SystemModel } from './model.ts'

/**
 * Replicas of one kind while a step is worked out: what they are, what waits for them, how they answer and what flows through them. Made
 * for a step, thrown away after it.
 */
export interface Station {
  readonly node: NodeModel
  /** Of the subject's pods, else -1. */
  readonly key: number
  readonly replicas: number
  /** Of one replica. */
  readonly workers: number
  readonly ownMeanS: number
  readonly ownVarianceS2: number
  readonly cpuS: number
  /** CPU limit of a replica; infinite without one. */
  readonly cores: number
  readonly errorRatio: number
  readonly hangRatio: number
  readonly tailRatio: number
  readonly tailFactor: number
  readonly links: readonly StationLink[]
  backlog: number
  arrivalPerS: number
  rejectedRatio: number
  /** Requests that a worker takes up, and those that are turned away. */
  startedPerS: number
  rejectedPerS: number
  readonly answer: Answer
}

/** How a station answers at the moment. */
export interface Answer {
  capacityPerS: number
  /** Of the workers, and of the CPU limit; above 1 where more comes than goes. */
  utilisation: number
  cpuUtilisation: number
  throttledShare: number
  /** Wait behind the backlog. */
  shiftS: number
  waitMeanS: number
  waitVarianceS2: number
  /** Without the shift: most requests, and those that met something slow below. */
  readonly fast: Lognormal
  slowRatio: number
  readonly slow: Lognormal
  /** The same with the tail that the service itself adds, as its callers see it. */
  slowRatioSeen: number
  readonly slowSeen: Lognormal
  /** Share of answers that are errors; because of calls; and without the subject's errors. */
  failedRatio: number
  dependencyFailedRatio: number
  failedBesidesRatio: number
}

/** A call that a station makes. */
export interface StationLink {
  readonly callee: number
  readonly perRequest: number
  /** Calls for each request whatever the cache says. */
  readonly extraPerRequest: number
  readonly timeoutS: number
  readonly retries: number
  readonly budget: number
  readonly pool: number
  readonly cache: number
  readonly hitRatio: number
  readonly optional: boolean
  /** Calls that wait for a connection. */
  backlog: number
  /** Attempts that the caller makes, first ones and retries. */
  attemptsPerS: number
  pending: Float64Array
  slots: number
  /** Calls for each request at the moment: with hits and misses. */
  callsPerRequest: number
  /** Attempts for each call at the moment, once settled. */
  attemptsPerCall: number
  attemptFailedRatio: number
  attemptTimedOutRatio: number
  /** While it holds a connection. */
  attemptMeanS: number
  poolUtilisation: number
  /** Of a whole call, retries included. */
  succeededRatio: number
  succeededBesidesRatio: number
  slowRatio: number
  meanS: number
  varianceS2: number
  fastMeanS: number
  fastVarianceS2: number
}

/** Stations by node; the subject has one for each of its versions. */
export interface Stations {
  readonly byNode: readonly (readonly Station[])[]
  /** Pods of the subject. */
  readonly subjectReplicas: number
}

/** Inputs beyond this are cut to it, so that no product overflows. */
const largest = 1e6

/** No request takes less, so that there is something to divide by. */
const leastTimeS = 1e-6

const bounded = (value: number) => Math.min(largest, Math.max(0, value))

export function buildStations(model: SystemModel, inputs: SystemInputs): Stations {
  const { nodes, subject, entry } = model
  const byNode = nodes.map((node, n) => {
    const share = n === entry ? routeShares(model, inputs) : undefined
    if (n !== subject) return [station(model, inputs, node, share, undefined)]
    return inputs.versions.filter(({ pods }) => pods > 0).map(version => station(model, inputs, node, share, version))
  })
  return { byNode, subjectReplicas: byNode[subject]!.reduce((sum, { replicas }) => sum + replicas, 0) }
}

/** Share of the entry's requests that need each of its calls. */
function routeShares({ nodes, routes, entry }: SystemModel, inputs: SystemInputs): number[] {
  return nodes[entry]!.links.map((_, l) =>
    routes.reduce(
      (sum, route, r) => (route.links.includes(l) ? sum + (inputs.routeShares?.[r] ?? route.share) : sum),
      0,
    ),
  )
}

function station(
  model: SystemModel,
  { disturbed }: SystemInputs,
  node: NodeModel,
  share: readonly number[] | undefined,
  version: VersionInput | undefined,
): Station {
  const disturbance = disturbed[node.name]
  const slowness = bounded((version?.timeFactor ?? 1) * (disturbance?.timeFactor ?? 1))
  const cpuFactor = bounded(version?.cpuFactor ?? 1)
  const ownErrorRatio = 1 - (1 - node.errorRatio) * (1 - (version?.errorRatio ?? 0))
  return {
    node,
    key: version?.key ?? -1,
    replicas: version?.pods ?? node.replicas,
    workers: bounded((version?.workersPerPod ?? node.workers) * (disturbance?.capacityFactor ?? 1)),
    ownMeanS: Math.max(leastTimeS, node.meanS * slowness + node.cpuS * Math.max(0, cpuFactor - 1)),
    ownVarianceS2: node.varianceS2 * slowness * slowness,
    cpuS: node.cpuS * cpuFactor,
    cores: version?.cpuLimitPerPod ?? Number.POSITIVE_INFINITY,
    errorRatio: 1 - (1 - ownErrorRatio) * (1 - (disturbance?.errorRatio ?? 0)),
    hangRatio: version?.hangRatio ?? 0,
    tailRatio: version?.tailRatio ?? 0,
    tailFactor: Math.max(1, bounded(version?.tailFactor ?? 1)),
    links: links(model, node, share, version),
    backlog: 0,
    arrivalPerS: 0,
    rejectedRatio: 0,
    startedPerS: 0,
    rejectedPerS: 0,
    answer: {
      capacityPerS: 0,
      utilisation: 0,
      cpuUtilisation: 0,
      throttledShare: 0,
      shiftS: 0,
      waitMeanS: 0,
      waitVarianceS2: 0,
      fast: noTime(),
      slowRatio: 0,
      slow: noTime(),
      slowRatioSeen: 0,
      slowSeen: noTime(),
      failedRatio: 0,
      dependencyFailedRatio: 0,
      failedBesidesRatio: 0,
    },
  }
}

function links(
  model: SystemModel,
  node: NodeModel,
  share: readonly number[] | undefined,
  version: VersionInput | undefined,
): StationLink[] {
  const timeoutS = version?.callTimeoutMs == null ? undefined : Math.max(0.001, bounded(version.callTimeoutMs) / 1000)
  const extra = version?.extraCalls ?? null
  const extraCallee = extra === null ? -1 : calleeOf(model, extra.service)
  const extraPerRequest = bounded(extra?.perRequest ?? 0)
  const made = node.links.map((link, l) =>
    stationLink({
      ...link,
      perRequest: link.perRequest * (share?.[l] ?? 1),
      timeoutS: timeoutS ?? link.timeoutS,
      extraPerRequest: link.callee === extraCallee ? extraPerRequest : 0,
    }),
  )
  if (extraCallee < 0 || node.links.some(({ callee }) => callee === extraCallee)) return made
  const added = {
    callee: extraCallee,
    perRequest: 0,
    extraPerRequest,
    timeoutS: timeoutS ?? model.callTimeoutS,
    retries: 0,
    budget: Number.POSITIVE_INFINITY,
    pool: 0,
    cache: -1,
    hitRatio: 0,
    optional: false,
  }
  return [...made, stationLink(added)]
}

/** @throws RangeError where the subject would end up calling itself, or nobody has the name. */
function calleeOf({ nodes, subject }: SystemModel, service: string): number {
  const callee = nodes.findIndex(({ name }) => name === service)
  if (callee > subject) return callee
  throw new RangeError(`${nodes[subject]!.name} cannot call ${service}: it is no service that does not reach it`)
}

type LinkConstants =
  | 'callee'
  | 'perRequest'
  | 'extraPerRequest'
  | 'timeoutS'
  | 'retries'
  | 'budget'
  | 'pool'
  | 'cache'
  | 'hitRatio'
  | 'optional'

function stationLink(constants: Pick<StationLink, LinkConstants>): StationLink {
  const { callee, perRequest, extraPerRequest, timeoutS, retries, budget, pool, cache, hitRatio, optional } = constants
  return {
    callee,
    perRequest,
    extraPerRequest,
    timeoutS,
    retries,
    budget,
    pool,
    cache,
    hitRatio,
    optional,
    backlog: 0,
    attemptsPerS: 0,
    pending: nothingPending,
    slots: 0,
    callsPerRequest: perRequest * (1 - hitRatio) + extraPerRequest,
    attemptsPerCall: 1,
    attemptFailedRatio: 0,
    attemptTimedOutRatio: 0,
    attemptMeanS: 0,
    poolUtilisation: 0,
    succeededRatio: 1,
    succeededBesidesRatio: 1,
    slowRatio: 0,
    meanS: 0,
    varianceS2: 0,
    fastMeanS: 0,
    fastVarianceS2: 0,
  }
}

/** Shared: a ring of its own is made where something is to be written. */
const nothingPending = new Float64Array(0)
