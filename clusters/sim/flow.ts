import type { ServiceDisturbance } from '../../harness/model/trial.ts'
import { routeShare, tenantShare } from '../load-profile.ts'
import { isFaulty, isLost, type PodGroup, withoutFault } from './groups.ts'
import { servedLaw } from './subject/bucket-law.ts'
import { type Chances, cellMs, type ServingGroup } from './subject/cell.ts'
import {
  cloneSystemState,
  type Disturbed,
  groupsPerRevision,
  type SystemInputs,
  type SystemOutcome,
  sameState,
  stepSystem,
  type VersionInput,
  type VersionOutcome,
} from './system/index.ts'
import type { World } from './world.ts'
import { expectedRequests, type WorldSetting } from './world-setting.ts'

/** What becomes of the requests of a cell before luck has its say. */
export interface Flow {
  readonly groups: readonly ServingGroup[]
  readonly outcome: SystemOutcome
  /** Had the fault never been there; the same object where nothing differs. */
  readonly shadow: SystemOutcome
}

/**
 * Lets the services work for a cell, beside their shadow: the same services with the same pods and the same load, in which the fault
 * never was. The shadow has a state of its own from the first difference on, until queues and retries are the same again.
 */
export function flow(
  setting: WorldSetting,
  world: World,
  groups: readonly PodGroup[],
  atMs: number,
  dtMs: number,
): Flow {
  const entryRatePerS = inSteps(
    (expectedRequests(setting, atMs, atMs + cellMs) * setting.usersPerRequest * 1000) / cellMs,
  )
  const disturbed = disturbedServices(setting.plan.disturbances.services, atMs)
  const inputs = (versions: readonly VersionInput[]): SystemInputs => ({ entryRatePerS, versions, disturbed })
  const versions = groups.map(group => versionInput(setting, group, atMs))
  const isAtWork = groups.some(isFaulty) || world.pods.some(pod => isLost(world, pod))
  const differs = world.shadow !== null || isAtWork
  if (differs) world.shadow ??= cloneSystemState(world.system)
  const sound = differs ? withoutFault(world, groups).map(group => versionInput(setting, group, atMs)) : versions
  const outcome = stepSystem(setting.system, world.system, inputs(versions), dtMs)
  const shadow = differs ? stepSystem(setting.system, world.shadow!, inputs(sound), dtMs) : outcome
  const served = groups.map((group, i): ServingGroup => {
    const { revision, pods } = group
    const chances = chancesOf(versions[i]!, outcome.versions[i]!)
    const without = differs ? chancesOf(sound[i]!, shadow.versions[i]!) : chances
    return { revision, group: group.group, pods, chances, shadow: without }
  })
  if (differs && !isAtWork && sameState(world.system, world.shadow!)) world.shadow = null
  return { groups: served, outcome, shadow }
}

/** Share of a version's requests that its behaviour speaks of. */
function scopeRatio(setting: WorldSetting, { behaviour: { route, tenant } }: PodGroup, atMs: number): number {
  return (
    (route === '' ? 1 : routeShare(setting.plan.load, route, atMs)) *
    (tenant === '' ? 1 : tenantShare(setting.plan.load, tenant))
  )
}

function versionInput(setting: WorldSetting, group: PodGroup, atMs: number): VersionInput {
  const { behaviour, slowness, leakedWorkers } = group
  const { latencyFactor, tailRatio, tailFactor, capacityFactor } = behaviour
  const { pod } = setting
  const scope = scopeRatio(setting, group, atMs)
  const isScoped = scope < 1
  return {
    key: group.revision * groupsPerRevision + group.group,
    pods: group.pods,
    timeFactor: slowness * behaviour.warningTimeFactor * (isScoped ? 1 : latencyFactor),
    // What only some requests meet is a tail of the others.
    tailRatio: isScoped && latencyFactor > 1 ? scope : tailRatio * scope,
    tailFactor: isScoped && latencyFactor > 1 ? latencyFactor : tailFactor,
    cpuFactor: behaviour.cpuFactor,
    workersPerPod: Math.max(0, pod.workers * capacityFactor - leakedWorkers),
    cpuLimitPerPod: pod.cpuLimit === null ? null : pod.cpuLimit * capacityFactor,
    extraCalls:
      behaviour.extraCallsTo === ''
        ? null
        : { service: behaviour.extraCallsTo, perRequest: behaviour.extraCallsPerRequest },
    hangRatio: behaviour.hangRatio * scope,
    errorRatio: 1 - (1 - behaviour.errorRatio * scope) * (1 - group.sickErrorRatio),
    callTimeoutMs: behaviour.callTimeoutMs,
  }
}

function chancesOf(
  { errorRatio, hangRatio, tailRatio, tailFactor }: VersionInput,
  { latency, dependencyErrorRatio, rejectedRatio }: VersionOutcome,
): Chances {
  return {
    dependencyErrorRatio: 1 - (1 - dependencyErrorRatio) * (1 - rejectedRatio),
    errorRatio,
    hangRatio,
    law: servedLaw(latency, tailRatio, tailFactor),
  }
}

/** A rate in steps of 1 %: what queues make of it differs by less than luck, and most cells have been seen before. */
function inSteps(ratePerS: number): number {
  return ratePerS === 0 ? 0 : Math.exp(Math.round(Math.log(ratePerS) / rateStep) * rateStep)
}

const rateStep = 0.01

/** What the services suffer from at a time; two troubles of one service add up. */
export function disturbedServices(
  services: readonly ServiceDisturbance[],
  atMs: number,
): Readonly<Record<string, Disturbed>> {
  const now: Record<string, Disturbed> = {}
  for (const { service, fromMs, toMs, errorRatio, timeFactor, capacityFactor } of services) {
    if (atMs < fromMs || atMs >= toMs) continue
    const other = now[service]
    now[service] =
      other === undefined
        ? { errorRatio, timeFactor, capacityFactor }
        : {
            errorRatio: 1 - (1 - other.errorRatio) * (1 - errorRatio),
            timeFactor: other.timeFactor * timeFactor,
            capacityFactor: other.capacityFactor * capacityFactor,
          }
  }
  return now
}
