import type { SystemInputs } from './inputs.ts'
import type { LatencyLaw } from './latency-law.ts'
import { fitLognormal, type Lognormal, lognormalBeyond, noTime } from './lognormal.ts'
import type { SystemModel } from './model.ts'
import type { RouteOutcome, ServiceOutcome, SystemOutcome, VersionOutcome } from './outcome.ts'
import { allOf, varianceOfCalls } from './responses.ts'
import type { Station, Stations } from './station.ts'

/** Sums over the short steps of one step. */
export interface Tally {
  steps: number
  readonly stations: readonly (readonly StationTally[])[]
  readonly routes: { bad: number; besides: number }[]
}

interface StationTally {
  arrivedPerS: number
  startedPerS: number
  rejectedPerS: number
  errorsPerS: number
  slowPerS: number
  utilisation: number
  cpuUtilisation: number
  throttledShare: number
  /** The following are weighted by what arrives. */
  weight: number
  dependencyFailed: number
  readonly fast: Times
  readonly slow: Times
  leastShiftS: number
}

/** Weighted sums of a time and its square that are without the shift, and of the shift. */
interface Times {
  weight: number
  mean: number
  second: number
  shift: number
  shiftSecond: number
  shiftMean: number
}

/** Where nothing arrives a law is told all the same. */
const leastWeight = 1e-9

export function createTally({ routes }: SystemModel, { byNode }: Stations): Tally {
  const times = (): Times => ({ weight: 0, mean: 0, second: 0, shift: 0, shiftSecond: 0, shiftMean: 0 })
  const stations = byNode.map(some =>
    some.map(() => ({
      arrivedPerS: 0,
      startedPerS: 0,
      rejectedPerS: 0,
      errorsPerS: 0,
      slowPerS: 0,
      utilisation: 0,
      cpuUtilisation: 0,
      throttledShare: 0,
      weight: 0,
      dependencyFailed: 0,
      fast: times(),
      slow: times(),
      leastShiftS: Number.POSITIVE_INFINITY,
    })),
  )
  return { steps: 0, stations, routes: routes.map(() => ({ bad: 0, besides: 0 })) }
}

/** Adds what stations are and do at the moment. */
export function count(tally: Tally, model: SystemModel, { byNode }: Stations): void {
  tally.steps++
  for (let n = 0; n < byNode.length; n++) {
    const stations = byNode[n]!
    for (let s = 0; s < stations.length; s++) countStation(tally.stations[n]![s]!, stations[s]!, model.sloLatencyS)
  }
  const entry = byNode[model.entry]!
  for (let r = 0; r < model.routes.length; r++) countRoute(tally.routes[r]!, model, entry, r)
}

function countStation(tally: StationTally, station: Station, sloLatencyS: number): void {
  const { answer, arrivalPerS, startedPerS, rejectedPerS } = station
  const weight = Math.max(leastWeight, arrivalPerS)
  tally.arrivedPerS += arrivalPerS
  tally.startedPerS += startedPerS
  tally.rejectedPerS += rejectedPerS
  tally.errorsPerS += rejectedPerS + startedPerS * answer.failedRatio
  tally.slowPerS += startedPerS * (1 - answer.failedRatio) * slowShare(answer, sloLatencyS)
  tally.utilisation += answer.utilisation
  tally.cpuUtilisation += answer.cpuUtilisation
  tally.throttledShare += answer.throttledShare
  tally.weight += weight
  tally.dependencyFailed += weight * answer.dependencyFailedRatio
  tally.leastShiftS = Math.min(tally.leastShiftS, answer.shiftS)
  addTimes(tally.fast, weight * (1 - answer.slowRatio), answer.fast, answer.shiftS)
  if (answer.slowRatio > 0) addTimes(tally.slow, weight * answer.slowRatio, answer.slow, answer.shiftS)
}

function slowShare({ shiftS, fast, slowRatioSeen, slowSeen }: Station['answer'], sloLatencyS: number): number {
  const share = lognormalBeyond(fast, sloLatencyS - shiftS)
  if (slowRatioSeen === 0) return share
  return (1 - slowRatioSeen) * share + slowRatioSeen * lognormalBeyond(slowSeen, sloLatencyS - shiftS)
}

function addTimes(times: Times, weight: number, { mean, second }: Lognormal, shiftS: number): void {
  times.weight += weight
  times.mean += weight * mean
  times.second += weight * second
  times.shift += weight * shiftS
  times.shiftSecond += weight * shiftS * shiftS
  times.shiftMean += weight * shiftS * mean
}

const route = noTime()

function countRoute(
  tally: { bad: number; besides: number },
  model: SystemModel,
  entry: readonly Station[],
  index: number,
): void {
  const { links, touchesSubject } = model.routes[index]!
  let replicas = 0
  for (const station of entry) replicas += station.replicas
  if (replicas === 0) {
    tally.bad += 1
    return
  }
  for (const station of entry) {
    const part = station.replicas / replicas
    const bad = badShare(model, station, links, false)
    tally.bad += part * bad
    tally.besides += part * (touchesSubject ? badShare(model, station, links, true) : bad)
  }
}

/** Share of a route's requests at one station of the entry that fail or are slow. */
function badShare(model: SystemModel, station: Station, links: readonly number[], besides: boolean): number {
  const { answer } = station
  if (besides && station.node === model.nodes[model.subject]) return 0
  let meanS = station.ownMeanS + answer.waitMeanS
  let varianceS2 = station.ownVarianceS2 + answer.waitVarianceS2
  let good = (1 - station.rejectedRatio) * (1 - station.errorRatio) * (1 - station.hangRatio)
  let unhurt = 1 - station.tailRatio
  for (const l of links) {
    const link = station.links[l]!
    const { perRequest } = station.node.links[l]!
    const hits = link.cache < 0 ? 0 : link.hitRatio * station.links[link.cache]!.succeededRatio
    const calls = perRequest * (1 - hits) + link.extraPerRequest
    if (!link.optional) good *= allOf(besides ? link.succeededBesidesRatio : link.succeededRatio, calls)
    if (besides && model.nodes[link.callee]!.reachesSubject) continue
    meanS += calls * link.fastMeanS
    varianceS2 += varianceOfCalls(calls, link.fastMeanS, link.fastVarianceS2)
    unhurt *= allOf(1 - link.slowRatio, calls)
  }
  fitLognormal(route, meanS, varianceS2)
  const within = model.sloLatencyS - answer.shiftS
  const slow = unhurt * lognormalBeyond(route, within)
  const slowRest =
    unhurt === 1 || answer.slowRatioSeen === 0 ? 0 : (1 - unhurt) * lognormalBeyond(answer.slowSeen, within)
  return 1 - good * (1 - slow - slowRest)
}

/** What the step came to. */
export function concluded(tally: Tally, model: SystemModel, inputs: SystemInputs, { byNode }: Stations): SystemOutcome {
  const { steps } = tally
  const services = model.nodes.map(({ name }, n): ServiceOutcome => {
    const outcome = {
      name,
      requestsPerS: 0,
      errorsPerS: 0,
      slowPerS: 0,
      startedPerS: 0,
      rejectedPerS: 0,
      backlog: 0,
      utilisation: 0,
    }
    tally.stations[n]!.forEach((station, s) => {
      outcome.requestsPerS += station.arrivedPerS / steps
      outcome.errorsPerS += station.errorsPerS / steps
      outcome.slowPerS += station.slowPerS / steps
      outcome.startedPerS += station.startedPerS / steps
      outcome.rejectedPerS += station.rejectedPerS / steps
      outcome.utilisation += station.utilisation / steps / byNode[n]!.length
      outcome.backlog += byNode[n]![s]!.backlog
    })
    return outcome
  })
  const routes = model.routes.map(({ name }, r): RouteOutcome => {
    const { bad, besides } = tally.routes[r]!
    return { name, badRatio: bad / steps, badBesidesSubjectRatio: besides / steps }
  })
  let s = 0
  const versions = inputs.versions.map(({ key, pods }): VersionOutcome => {
    if (pods === 0) return { ...idleVersion, key }
    const outcome = versionOutcome(key, tally.stations[model.subject]![s]!, byNode[model.subject]![s]!, steps)
    s++
    return outcome
  })
  const causedPerS = inputs.entryRatePerS * model.subjectCallsPerEntryRequest
  const { requestsPerS } = services[model.subject]!
  return { services, versions, routes, attemptsPerSubjectRequest: causedPerS > 0 ? requestsPerS / causedPerS : 1 }
}

const idleVersion: VersionOutcome = {
  key: 0,
  requestRatePerS: 0,
  dependencyErrorRatio: 0,
  rejectedRatio: 0,
  latency: { shiftS: 0, mu: 0, sigma: 1, slowRatio: 0, slowMu: 0, slowSigma: 0 },
  utilisation: 0,
  cpuCoresPerPod: 0,
  cpuUtilisation: 0,
  throttledShare: 0,
}

function versionOutcome(
  key: number,
  tally: StationTally,
  { cpuS, replicas, cores }: Station,
  steps: number,
): VersionOutcome {
  const startedPerPod = tally.startedPerS / steps / replicas
  return {
    key,
    requestRatePerS: tally.arrivedPerS / steps,
    dependencyErrorRatio: tally.dependencyFailed / tally.weight,
    rejectedRatio: tally.arrivedPerS > 0 ? Math.min(1, tally.rejectedPerS / tally.arrivedPerS) : 0,
    latency: lawOf(tally),
    utilisation: tally.utilisation / steps,
    cpuCoresPerPod: Math.min(cores, startedPerPod * cpuS),
    cpuUtilisation: tally.cpuUtilisation / steps,
    throttledShare: tally.throttledShare / steps,
  }
}

/** The least shift of the short steps, and lognormals with the moments of what is left. */
function lawOf({ fast, slow, leastShiftS }: StationTally): LatencyLaw {
  fitTimes(route, fast, leastShiftS)
  const { mu, sigma } = route
  if (slow.weight === 0) return { shiftS: leastShiftS, mu, sigma, slowRatio: 0, slowMu: 0, slowSigma: 0 }
  fitTimes(route, slow, leastShiftS)
  const slowRatio = slow.weight / (slow.weight + fast.weight)
  return { shiftS: leastShiftS, mu, sigma, slowRatio, slowMu: route.mu, slowSigma: route.sigma }
}

function fitTimes(
  into: Lognormal,
  { weight, mean, second, shift, shiftSecond, shiftMean }: Times,
  least: number,
): void {
  if (weight === 0) {
    // All of them were slow; nobody takes this branch.
    into.mu = 0
    into.sigma = 1
    return
  }
  const beyond = shift / weight - least
  const beyondSecond = shiftSecond / weight - 2 * least * (shift / weight) + least * least
  const total = mean / weight + beyond
  const totalSecond = second / weight + (2 * (shiftMean - least * mean)) / weight + beyondSecond
  fitLognormal(into, total, totalSecond - total * total)
}
