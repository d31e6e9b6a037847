import { erlangC, sakasegawaC, waitGGc } from '../../../harness/stats/queueing.ts'
import { negligibleAsNone } from './attempts.ts'
import { allOf, varianceOfCalls } from './call-sums.ts'
import { longestWaitS, meetAnswers, steadyLimit } from './calls.ts'
import { waitForCpu } from './cpu.ts'
import { copyLognormal, fitLognormal, type Lognormal, noTime } from './lognormal.ts'
import type { SystemModel } from './model.ts'
import type { Station, Stations } from './station.ts'

/** Up to so many workers Erlang's recursion is as cheap as a power. */
const fewWorkers = 64

/** Nobody waits where so few do. */
const negligibleWait = 1e-12

/** Who waits this many times as long as a request takes is one of the slow. */
const longWait = 3

/** Works out how every station answers, callees first, from what arrives and waits there now. */
export function answerAll(model: SystemModel, { byNode }: Stations): void {
  for (let n = byNode.length - 1; n >= 0; n--) {
    for (const station of byNode[n]!) answerOne(model, station, byNode)
  }
}

function answerOne(model: SystemModel, station: Station, byNode: Stations['byNode']): void {
  const { answer, links, replicas, node, tailRatio, tailFactor, hangRatio } = station
  const cpuWaitS = waitForCpu(station)
  let fastMeanS = station.ownMeanS + cpuWaitS
  let fastVarianceS2 = station.ownVarianceS2 + cpuWaitS * cpuWaitS
  let meanS = fastMeanS
  let varianceS2 = fastVarianceS2
  let succeeded = 1
  let besides = 1
  let unhurt = 1
  for (const link of links) {
    meetAnswers(model, station, link, byNode[link.callee]!)
    const hits = link.cache < 0 ? 0 : link.hitRatio * links[link.cache]!.succeededRatio
    const calls = link.perRequest * (1 - hits) + link.extraPerRequest
    link.callsPerRequest = calls
    fastMeanS += calls * link.fastMeanS
    fastVarianceS2 += varianceOfCalls(calls, link.fastMeanS, link.fastVarianceS2)
    meanS += calls * link.meanS
    varianceS2 += varianceOfCalls(calls, link.meanS, link.varianceS2)
    unhurt *= allOf(1 - link.slowRatio, calls)
    if (link.optional) continue
    succeeded *= allOf(link.succeededRatio, calls)
    besides *= allOf(link.succeededBesidesRatio, calls)
  }
  answer.dependencyFailedRatio = negligibleAsNone(1 - succeeded)
  answer.failedRatio = 1 - (1 - station.errorRatio) * (1 - answer.dependencyFailedRatio)
  answer.failedBesidesRatio = 1 - (1 - station.errorRatio) * (1 - negligibleAsNone(1 - besides))
  // Of the time that a worker is held, the tail and what is never answered are parts; waiting for the worker is none.
  const tail = 1 + tailRatio * (tailFactor - 1)
  const tailSecond = 1 + tailRatio * (tailFactor * tailFactor - 1)
  const { callerTimeoutS } = node
  const heldS = meanS * tail + hangRatio * (callerTimeoutS - meanS * tail)
  const answeredSecond = (meanS * meanS + varianceS2) * tailSecond
  const heldSecond = answeredSecond + hangRatio * (callerTimeoutS * callerTimeoutS - answeredSecond)
  takeUp(station, heldS, Math.max(0, heldSecond / (heldS * heldS) - 1))
  const { waitRatio, waitMeanS, waitVarianceS2 } = answer
  // One lognormal of all would be quicker than the service ever is, were a few of them to wait for very long.
  if (waitMeanS > longWait * waitRatio * fastMeanS) unhurt *= 1 - waitRatio
  else {
    fastMeanS += waitMeanS
    fastVarianceS2 += waitVarianceS2
  }
  meanS += waitMeanS
  varianceS2 += waitVarianceS2
  const second = meanS * meanS + varianceS2
  fitLognormal(answer.fast, fastMeanS, fastVarianceS2)
  answer.slowRatio = negligibleAsNone(1 - unhurt)
  answer.slowRatioSeen = answer.slowRatio
  fitRest(answer.slow, answer.slowRatio, fastMeanS, fastVarianceS2, meanS, second)
  if (tailRatio > 0) {
    answer.slowRatioSeen = 1 - (1 - answer.slowRatio) * (1 - tailRatio)
    fitRest(answer.slowSeen, answer.slowRatioSeen, fastMeanS, fastVarianceS2, meanS * tail, second * tailSecond)
  } else {
    copyLognormal(answer.slowSeen, answer.slow)
  }
  answer.shiftS = station.backlog === 0 ? 0 : Math.min(longestWaitS, station.backlog / answer.capacityPerS)
  answer.utilisation = station.arrivalPerS / answer.capacityPerS
  if (replicas === 0) answer.utilisation = 0
}

/** Workers that take up requests: capacity and the wait while the queue is steady. */
function takeUp(
  { answer, replicas, workers, arrivalPerS, cpuS, cores }: Station,
  heldS: number,
  variation: number,
): void {
  // Part of a worker is a slow one.
  const servers = Math.max(1, workers)
  const serviceS = heldS * Math.min(longestWaitS / heldS, servers / Math.max(1e-9, workers))
  const byWorkers = (replicas * servers) / serviceS
  const byCpu = cpuS === 0 ? Number.POSITIVE_INFINITY : (replicas * cores) / cpuS
  answer.capacityPerS = Math.max(1e-9, Math.min(byWorkers, byCpu))
  const load = Math.min((arrivalPerS / replicas) * serviceS, steadyLimit * servers)
  const formula = servers <= fewWorkers && Number.isInteger(servers) ? erlangC : sakasegawaC
  const { mean, probability } = waitGGc(servers, load, 1, variation, formula)
  const waits = probability > negligibleWait
  answer.waitRatio = waits ? probability : 0
  answer.waitMeanS = waits ? mean * serviceS : 0
  answer.waitVarianceS2 = waits ? answer.waitMeanS * answer.waitMeanS * (2 / probability - 1) : 0
}

const none = noTime()

/** The slow requests are what the fast ones leave of all. */
function fitRest(
  into: Lognormal,
  ratio: number,
  fastMeanS: number,
  fastVarianceS2: number,
  meanS: number,
  second: number,
): void {
  if (ratio === 0) {
    copyLognormal(into, none)
    return
  }
  const restMeanS = Math.max(fastMeanS, (meanS - (1 - ratio) * fastMeanS) / ratio)
  const restSecond = (second - (1 - ratio) * (fastVarianceS2 + fastMeanS * fastMeanS)) / ratio
  fitLognormal(into, restMeanS, restSecond - restMeanS * restMeanS)
}
