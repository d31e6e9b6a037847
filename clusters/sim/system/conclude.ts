import type { SystemInputs } from './inputs.ts'
import type { LatencyLaw } from './latency-law.ts'
import { fitLognormal, type Lognormal, noTime } from './lognormal.ts'
import type { SystemModel } from './model.ts'
import type { RouteOutcome, ServiceOutcome, SystemOutcome, VersionOutcome } from './outcome.ts'
import type { Station, Stations } from './station.ts'
import type { StationTally, Tally, Times } from './tally.ts'

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
    const { bad, failed, besides } = tally.routes[r]!
    return { name, badRatio: bad / steps, failedRatio: failed / steps, badBesidesSubjectRatio: besides / steps }
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

const fitted = noTime()

/** The least shift of the short steps, and lognormals with the moments of what is left. */
function lawOf({ fast, slow, leastShiftS }: StationTally): LatencyLaw {
  fitTimes(fitted, fast, leastShiftS)
  const { mu, sigma } = fitted
  if (slow.weight === 0) return { shiftS: leastShiftS, mu, sigma, slowRatio: 0, slowMu: 0, slowSigma: 0 }
  fitTimes(fitted, slow, leastShiftS)
  const slowRatio = slow.weight / (slow.weight + fast.weight)
  return { shiftS: leastShiftS, mu, sigma, slowRatio, slowMu: fitted.mu, slowSigma: fitted.sigma }
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
