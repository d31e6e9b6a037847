import { allOf, varianceOfCalls } from './call-sums.ts'
import { fitLognormal, lognormalBeyond, noTime } from './lognormal.ts'
import type { SystemModel } from './model.ts'
import type { Station } from './station.ts'

const route = noTime()

/** Adds the shares of a route's requests that are bad at the moment, with the subject's part and without. */
export function countRoute(
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
