import type { SystemInputs, VersionInput } from './inputs.ts'
import { noTime } from './lognormal.ts'
import type { LinkModel, NodeModel, SystemModel } from './model.ts'
import type { Station, StationLink, Stations } from './station.ts'

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
    heldS: 0,
    answer: {
      capacityPerS: 0,
      utilisation: 0,
      cpuUtilisation: 0,
      throttledShare: 0,
      shiftS: 0,
      waitRatio: 0,
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

type LinkConstants = Pick<StationLink, keyof LinkModel | 'extraPerRequest'>

function stationLink(constants: LinkConstants): StationLink {
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
