import { waitGGc } from '../../../harness/stats/queueing.ts'
import { type Attempts, countAttempts, negligibleAsNone } from './attempts.ts'
import { type LimitedTime, limitTime } from './lognormal.ts'
import type { SystemModel } from './model.ts'
import type { Station, StationLink } from './station.ts'

/** A queue without an end is cut to this, an hour: beyond every timeout. */
export const longestWaitS = 3600

/** Steady-state formulas hold up to this utilisation; beyond it the queue is a fluid that grows. */
export const steadyLimit = 0.95

const limited: LimitedTime = { beyond: 0, mean: 0, second: 0 }
const attempts: Attempts = { mean: 1, variance: 0 }

/**
 * What a caller meets when it calls, given how the callees answer: timeouts, errors, retries and the wait for a connection.
 * @param callees stations of the callee's node; none: nobody is there, and every attempt fails at once.
 */
export function meetAnswers(
  { nodes, subject }: SystemModel,
  caller: Station,
  link: StationLink,
  callees: readonly Station[],
): void {
  const { timeoutS } = link
  const poolShiftS = link.backlog > 0 ? poolWaitS(caller, link) : 0
  let replicas = 0
  for (const callee of callees) replicas += callee.replicas
  let failed = replicas === 0 ? 1 : 0
  let failedBesides = 0
  let timedOut = 0
  let slow = 0
  let mean = 0
  let second = 0
  let inTime = 0
  let fastMean = 0
  let fastSecond = 0
  for (const { replicas: some, answer, hangRatio, rejectedRatio } of callees) {
    const share = some / replicas
    const taken = share * (1 - rejectedRatio)
    const shiftS = Math.min(answer.shiftS + poolShiftS, timeoutS)
    const leftS = timeoutS - shiftS
    const { slowRatioSeen } = answer
    limitTime(limited, answer.fast, leftS)
    const { beyond: fastLate, mean: limitedMean, second: limitedSecond } = limited
    let late = fastLate
    let partMean = limitedMean
    let partSecond = limitedSecond
    if (slowRatioSeen > 0) {
      limitTime(limited, answer.slowSeen, leftS)
      late += slowRatioSeen * (limited.beyond - fastLate)
      partMean += slowRatioSeen * (limited.mean - limitedMean)
      partSecond += slowRatioSeen * (limited.second - limitedSecond)
    }
    if (hangRatio > 0) {
      late += hangRatio * (1 - late)
      partMean += hangRatio * (leftS - partMean)
      partSecond += hangRatio * (leftS * leftS - partSecond)
    }
    mean += taken * (shiftS + partMean)
    second += taken * (shiftS * shiftS + 2 * shiftS * partMean + partSecond)
    // Of those in time: what is cut off at the timeout is slow.
    const inTimeMean = limitedMean - leftS * fastLate
    inTime += taken * (1 - fastLate) + share * rejectedRatio
    fastMean += taken * (shiftS * (1 - fastLate) + inTimeMean)
    fastSecond +=
      taken * (shiftS * shiftS * (1 - fastLate) + 2 * shiftS * inTimeMean + limitedSecond - leftS * leftS * fastLate)
    timedOut += taken * late
    slow += taken * (1 - (1 - slowRatioSeen) * (1 - fastLate) * (1 - hangRatio))
    failed += share * rejectedRatio + taken * (late + (1 - late) * answer.failedRatio)
    // Whoever leads to the subject is late because of it.
    const lateBesides = nodes[link.callee]!.reachesSubject ? 0 : late
    if (link.callee !== subject) {
      failedBesides += share * rejectedRatio + taken * (lateBesides + (1 - lateBesides) * answer.failedBesidesRatio)
    }
  }
  if (inTime > 0) {
    fastMean = Math.max(0, fastMean / inTime)
    fastSecond /= inTime
  }
  failed = negligibleAsNone(failed)
  timedOut = negligibleAsNone(timedOut)
  countAttempts(attempts, failed, link.retries, link.budget)
  const made = attempts.mean
  link.attemptFailedRatio = failed
  link.attemptTimedOutRatio = timedOut
  link.attemptMeanS = Math.max(1e-6, mean - Math.min(poolShiftS, mean))
  link.attemptsPerCall = made
  // Each attempt succeeds alike: what succeeds at all is attempts times that.
  link.succeededRatio = 1 - negligibleAsNone(1 - made * (1 - failed))
  link.slowRatio = negligibleAsNone(slow)
  link.meanS = made * mean
  link.varianceS2 = made * Math.max(0, second - mean * mean) + attempts.variance * mean * mean
  countAttempts(attempts, negligibleAsNone(Math.max(0, failed - timedOut)), link.retries, link.budget)
  link.fastMeanS = attempts.mean * fastMean
  link.fastVarianceS2 =
    attempts.mean * Math.max(0, fastSecond - fastMean * fastMean) + attempts.variance * fastMean * fastMean
  failedBesides = negligibleAsNone(failedBesides)
  countAttempts(attempts, failedBesides, link.retries, link.budget)
  link.succeededBesidesRatio = 1 - negligibleAsNone(1 - attempts.mean * (1 - failedBesides))
  if (link.pool > 0) waitForConnection(caller, link)
}

/** Wait behind the calls that wait for a connection already. */
function poolWaitS({ replicas }: Station, { backlog, pool, attemptMeanS }: StationLink): number {
  return Math.min(longestWaitS, (backlog * attemptMeanS) / (pool * replicas))
}

function waitForConnection({ replicas }: Station, link: StationLink): void {
  const { pool, attemptMeanS, attemptsPerS } = link
  const load = (attemptsPerS / replicas) * attemptMeanS
  link.poolUtilisation = load / pool
  const { mean, probability } = waitGGc(pool, Math.min(load, steadyLimit * pool), 1, 1)
  if (mean === 0) return
  const waitS = mean * attemptMeanS
  const varianceS2 = ((2 * waitS) / probability) * waitS - waitS * waitS
  link.meanS += waitS
  link.varianceS2 += varianceS2
  link.fastMeanS += waitS
  link.fastVarianceS2 += varianceS2
}
