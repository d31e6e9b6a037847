import type { SystemModel } from './model.ts'
import type { Station, StationLink, Stations } from './station.ts'

/** Queues shorter than this many requests are none, so that a system settles. */
const negligibleBacklog = 1e-3

/** Lets requests flow from the entry down as if everything were settled: no queue grows, and retries follow at once. */
export function flowSettled(model: SystemModel, { byNode, subjectReplicas }: Stations, entryRatePerS: number): void {
  clearArrivals(byNode)
  arrive(model, byNode, subjectReplicas, model.entry, entryRatePerS)
  for (const stations of byNode) {
    for (const station of stations) {
      station.startedPerS = station.arrivalPerS
      station.rejectedPerS = 0
      for (const link of station.links) {
        link.attemptsPerS = station.startedPerS * link.callsPerRequest * link.attemptsPerCall
        arrive(model, byNode, subjectReplicas, link.callee, link.attemptsPerS)
      }
    }
  }
}

/**
 * Lets requests flow for a short step: queues grow and shrink, an attempt that fails is made again in the next step, one that times out after
 * its timeout. What timed out is worked on all the same.
 * @param steps short steps so far.
 */
export function flowShort(
  model: SystemModel,
  { byNode, subjectReplicas }: Stations,
  entryRatePerS: number,
  stepS: number,
  steps: number,
): void {
  clearArrivals(byNode)
  arrive(model, byNode, subjectReplicas, model.entry, entryRatePerS)
  for (const stations of byNode) {
    for (const station of stations) {
      turnOver(station, stepS)
      start(model, station, stepS)
      for (const link of station.links) {
        link.attemptsPerS = attemptNow(link, station.startedPerS * link.callsPerRequest, stepS, steps)
        arrive(model, byNode, subjectReplicas, link.callee, passPool(station, link, stepS))
      }
    }
  }
}

function clearArrivals(byNode: Stations['byNode']): void {
  for (const stations of byNode) for (const station of stations) station.arrivalPerS = 0
}

/** Requests for the subject go to its pods alike. */
function arrive(
  { subject }: SystemModel,
  byNode: Stations['byNode'],
  subjectReplicas: number,
  callee: number,
  ratePerS: number,
): void {
  for (const station of byNode[callee]!) {
    station.arrivalPerS += callee === subject ? (ratePerS * station.replicas) / subjectReplicas : ratePerS
  }
}

/**
 * Workers take up no more than come free: those that were held for long come free at the pace of that time, however quick the callees are
 * by now. Else a backlog would start at once, flood a callee, and starve it in the next step.
 */
function turnOver(station: Station, stepS: number): void {
  const { answer, heldS, replicas, workers } = station
  const places = replicas * workers
  const before = places / heldS
  if (heldS > 0 && answer.capacityPerS > before) {
    answer.capacityPerS = before - (answer.capacityPerS - before) * Math.expm1(-stepS / heldS)
  }
  station.heldS = places / answer.capacityPerS
}

function start({ queueLimit }: SystemModel, station: Station, stepS: number): void {
  const { backlog, arrivalPerS, answer, replicas } = station
  const offeredPerS = arrivalPerS + backlog / stepS
  let startedPerS = Math.min(offeredPerS, answer.capacityPerS)
  let left = (offeredPerS - startedPerS) * stepS
  if (left < negligibleBacklog) {
    startedPerS = offeredPerS
    left = 0
  }
  const rejected = Math.max(0, left - queueLimit * replicas)
  station.backlog = left - rejected
  station.startedPerS = startedPerS
  station.rejectedPerS = rejected / stepS
  // What a smaller limit of fewer pods turns away has arrived before.
  station.rejectedRatio = arrivalPerS > 0 ? Math.min(1, station.rejectedPerS / arrivalPerS) : 0
}

/** First attempts and the retries that are due; those of them that will fail are put down for later. */
function attemptNow(link: StationLink, firstPerS: number, stepS: number, steps: number): number {
  const { retries, slots, pending, budget } = link
  if (retries === 0) return firstPerS
  const now = steps % slots
  let duePerS = 0
  for (let k = 0; k < retries; k++) duePerS += pending[k * slots + now]!
  const allowed = duePerS > budget * firstPerS ? (budget * firstPerS) / duePerS : 1
  const errorRatio = link.attemptFailedRatio - link.attemptTimedOutRatio
  const next = (steps + 1) % slots
  const later = (steps + Math.min(slots - 1, Math.max(1, Math.round(link.timeoutS / stepS)))) % slots
  let ratePerS = firstPerS
  for (let k = 0; k < retries; k++) {
    const at = k * slots
    if (link.attemptFailedRatio > 0 && ratePerS > 0) {
      pending[at + next]! += ratePerS * errorRatio
      pending[at + later]! += ratePerS * link.attemptTimedOutRatio
    }
    ratePerS = pending[at + now]! * allowed
    pending[at + now] = 0
  }
  return firstPerS + duePerS * allowed
}

/** Attempts that get a connection; the others wait for one. */
function passPool({ replicas }: Station, link: StationLink, stepS: number): number {
  if (link.pool === 0) return link.attemptsPerS
  const offeredPerS = link.attemptsPerS + link.backlog / stepS
  const passedPerS = Math.min(offeredPerS, (link.pool * replicas) / link.attemptMeanS)
  const left = (offeredPerS - passedPerS) * stepS
  link.backlog = left < negligibleBacklog ? 0 : left
  return link.backlog === 0 ? offeredPerS : passedPerS
}
