import { type Lognormal, lognormalBeyond } from './lognormal.ts'
import type { SystemModel } from './model.ts'
import type { Station, Stations } from './station.ts'
import { countRoute, type RouteTally } from './tally-routes.ts'

/** Sums over the short steps of one step. */
export interface Tally {
  steps: number
  readonly stations: readonly (readonly StationTally[])[]
  readonly routes: RouteTally[]
}

export interface StationTally {
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
export interface Times {
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
  return { steps: 0, stations, routes: routes.map(() => ({ bad: 0, failed: 0, besides: 0 })) }
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
