import { dayShape } from '../load-profile.ts'
import { flow } from './flow.ts'
import { servingGroups } from './groups.ts'
import { pastLoad, servedBy, writeClusterPast, writePodPast, writeServicePast } from './past.ts'
import { cpuPeriodMs } from './resources.ts'
import { bucketLaw } from './subject/bucket-law.ts'
import { cellMs } from './subject/cell.ts'
import { createUsage, noGauges, type PodGauges } from './subject/pod-usage.ts'
import type { VersionOutcome } from './system/index.ts'
import type { World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** Gives every target the past of processes that have served for long: nothing is born with the trial. */
export function writePast(setting: WorldSetting, world: World): void {
  const { plan, telemetry, traffic, subject } = setting
  const { daily, startsAtMs } = plan.load
  const shape = (atMs: number) => (daily === null ? 1 : dayShape(daily, startsAtMs + atMs) / daily.atStart)
  const { groups, outcome } = flow(setting, world, servingGroups(setting, world, 0), 0, cellMs)
  const load = pastLoad(shape, telemetry.uptimeMs)
  const past = (perS: number, intervalMs: number) => ({ load, factor: perS, intervalMs, pastMs: telemetry.pastMs })
  const ofPod = plan.requestsPerSecond / Math.max(1, world.pods.length)
  const group = groups[0]
  if (group !== undefined) {
    const { conditional, meanS } = bucketLaw(traffic.bounds, group.chances.law)
    const errors = 1 - (1 - traffic.baseErrorRatio) * (1 - group.chances.dependencyErrorRatio)
    const shares = [...spread(conditional, 1 - errors), ...spread(conditional, errors)]
    const before = past(ofPod, subject.telemetry.scrapeInterval)
    const used = usedInPast(setting, outcome.versions[0]!, servedBy(load, 0))
    for (const pod of world.pods) {
      writePodPast(telemetry.exposition, world.prometheus, pod, { shares, meanS }, before)
      pod.usage = createUsage(used)
    }
  }
  for (const service of world.services) {
    const { requestsPerS, errorsPerS, slowPerS } = outcome.services.find(({ name }) => name === service.name)!
    const ratios = {
      errorRatio: requestsPerS === 0 ? 0 : errorsPerS / requestsPerS,
      slowRatio: requestsPerS === errorsPerS ? 0 : slowPerS / (requestsPerS - errorsPerS),
    }
    const before = past(requestsPerS, subject.telemetry.scrapeInterval)
    writeServicePast(telemetry.services, world.prometheus, service, ratios, before)
  }
  for (const exporter of world.clusterTargets)
    writeClusterPast(
      telemetry.cluster,
      world.prometheus,
      exporter,
      world.pods,
      past(ofPod, telemetry.clusterScrapes.intervalMs),
    )
}

/** What a pod has used that was always as it is now. @param busyS seconds of a load like now's that it has served. */
function usedInPast(
  { pod, telemetry }: WorldSetting,
  { cpuCoresPerPod, throttledShare }: VersionOutcome,
  busyS: number,
): PodGauges {
  const cpuPeriods = Math.floor(telemetry.uptimeMs / cpuPeriodMs)
  return {
    ...noGauges,
    cpuSeconds: cpuCoresPerPod * busyS,
    memoryBytes: pod.idleMemoryBytes,
    cpuPeriods,
    throttledPeriods: Math.round(cpuPeriods * throttledShare),
  }
}

/** Probabilities of the buckets, of all of them together. */
function spread(conditional: readonly number[], together: number): number[] {
  let left = together
  return conditional.map(probability => {
    const share = left * probability
    left -= share
    return share
  })
}
