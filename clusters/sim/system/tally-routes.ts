import { allOf, varianceOfCalls } from './call-sums.ts'
import { fitLognormal, lognormalBeyond, noTime } from './lognormal.ts'
import type { SystemModel } from './model.ts'
import type { Station } from './station.ts'

const route = noTime()
const shares = { bad: 0, failed: 0 }

/** Sums of shares of a route's requests: bad ones, those of them that fail, and bad ones without the subject's part. */
export interface RouteTally {
  bad: number
  failed: number
  besides: number
}

/** Adds what becomes of a route's requests at the moment. */
export function countRoute(tally: RouteTally, model: SystemModel, entry: readonly Station[], index: number): void {
  const { links, touchesSubject } = model.routes[index]!
  let replicas = 0
  for (const station of entry) replicas += station.replicas
  if (replicas === 0) {
    tally.bad += 1
    tally.failed += 1
    return
  }
  for (const station of entry) {
    const part = station.replicas / replicas
    shareOut(model, station, links, false)
    tally.bad += part * shares.bad
    tally.failed += part * shares.failed
    if (touchesSubject) shareOut(model, station, links, true)
    tally.besides += part * shares.bad
  }
}

/** Writes into `shares` what becomes of a route's requests at one station of the entry. */
function shareOut(model: SystemModel, station: Station, links: readonly number[], besides: boolean): void {
  const { answer } = station
  if (besides && station.node === model.nodes[model.subject]) {
    shares.bad = 0
    shares.failed = 0
    return
  }
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
  shares.bad = 1 - good * (1 - slow - slowRest)
  shares.failed = 1 - good
}
