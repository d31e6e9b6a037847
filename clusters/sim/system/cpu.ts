import { normalCdf } from '../../../harness/stats/normal.ts'
import { steadyLimit } from './calls.ts'
import type { Station } from './station.ts'

/** The quota of a CPU limit is given out once in this time: `cpuCFSQuotaPeriod` of the kubelet, 100 ms by default. */
const quotaPeriodS = 0.1

/**
 * What a CPU limit does: writes utilisation and share of throttled periods into the station's answer. A period is throttled where the
 * requests of that period, a Poisson number with exponential CPU times, need more than the quota (normal approximation).
 * @returns mean seconds that a request stands still: the wait of a processor-sharing queue, which the quota spares whoever comes in an
 * unthrottled period (in heavy traffic, half of the periods, it is that of M/D/1), plus the periods that a request longer than a quota needs
 */
export function waitForCpu({ cpuS, cores, arrivalPerS, replicas, workers, answer }: Station): number {
  if (cores === Number.POSITIVE_INFINITY || cpuS === 0) return 0
  const limit = Math.max(1e-6, cores)
  const neededPerS = (arrivalPerS / replicas) * cpuS
  const utilisation = neededPerS / limit
  const quotaS = limit * quotaPeriodS
  const spread = Math.sqrt(2 * neededPerS * quotaPeriodS * cpuS)
  const throttled = spread === 0 ? 0 : normalCdf((neededPerS * quotaPeriodS - quotaS) / spread)
  answer.cpuUtilisation = utilisation
  // Work that is left over keeps the next period busy.
  answer.throttledShare = utilisation >= 1 ? 1 : throttled
  const steady = Math.min(utilisation, steadyLimit)
  const wait = (throttled * steady * (cpuS / limit)) / (1 - steady)
  const alone = Math.max(0, cpuS - quotaS) * Math.max(0, 1 / limit - 1)
  return Math.min(wait, Math.max(1, workers) * (cpuS / limit)) + alone
}
