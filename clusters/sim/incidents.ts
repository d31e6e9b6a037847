import type { Actor } from '../../harness/model/effect.ts'
import type { AnalysisRunView } from '../../harness/model/observation.ts'
import { record, show, type World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** What goes wrong without a deploy begins: with a flag that somebody switches on, or from now on to be felt. */
export function applyIncident({ plan }: WorldSetting, world: World): void {
  const { flag, behaviour } = plan.incident!
  world.incidentOn = true
  // What a flag loses is lost from now on.
  if (flag !== null && behaviour.leakedWorkersPerRequest > 0) for (const pod of world.pods) pod.served = 0
  if (flag !== null) changeFlag(world, 'human', flag.name, flag.before, flag.after)
}

/** What has gone wrong before the trial without a deploy: all is as it has been for long. */
export function beginTrouble(setting: WorldSetting, world: World): void {
  const { incident } = setting.plan
  if (incident !== null && incident.atMs === 0 && incident.flag === null) loseWorkers(setting, world)
}

/** The first pods have lost most of their workers already, as they have run longest; the others few (assumption). */
const oldPods = 3
const lostOfOld = 0.925
const lostOfYoung = 0.05

function loseWorkers({ plan, pod: { workers } }: WorldSetting, { pods }: World): void {
  const { leakedWorkersPerRequest } = plan.incident!.behaviour
  if (leakedWorkersPerRequest === 0) return
  const all = workers / leakedWorkersPerRequest
  const first = plan.seed % pods.length
  for (const [i, pod] of pods.entries()) {
    const place = (i + pods.length - first) % pods.length
    const share = place < oldPods ? lostOfOld - place * 0.02 : lostOfYoung * (1 - place / pods.length)
    pod.served = Math.floor(all * share)
  }
}

/**
 * Where the analysis of releases is what goes wrong: a good version is blocked from the first of its metrics on that completes badly,
 * whether that counts or runs dry, until one that is not the version from before is stable.
 */
export function followBlocking(
  { plan }: WorldSetting,
  world: World,
  { podTemplateHash, metrics }: Pick<AnalysisRunView, 'podTemplateHash' | 'metrics'>,
): void {
  if (plan.incident?.analysis === undefined || world.blockedHash !== '') return
  if (!metrics.some(({ phase, dryRun }) => !dryRun && (phase === 'Failed' || phase === 'Error'))) return
  world.blockedHash = podTemplateHash
  record(world, 'truth.blocked', { podTemplateHash, blocked: true })
}

export function followUnblocking(world: World, stableHash: string): void {
  if (world.blockedHash === '' || stableHash === world.goodHash) return
  record(world, 'truth.blocked', { podTemplateHash: world.blockedHash, blocked: false })
  world.blockedHash = ''
}

/** Switches the flag off. @returns why it was refused; empty when it was done. */
export function switchFlagOff({ plan }: WorldSetting, world: World, actor: Actor): string {
  const flag = plan.incident?.flag ?? null
  if (flag === null || !world.incidentOn) return 'no flag is on'
  world.incidentOn = false
  changeFlag(world, actor, flag.name, flag.after, flag.before)
  return ''
}

function changeFlag(world: World, actor: Actor, flag: string, fromValue: string, toValue: string): void {
  record(world, 'flag.changed', { actor, flag, fromValue, toValue })
  show(world, { t: world.nowMs, type: 'flag.changed', flag, fromValue, toValue })
}
