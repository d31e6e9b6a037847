import { type Behaviour, combined, harmless, withoutWarnings } from '../../harness/model/behaviour.ts'
import { within } from '../../harness/model/trial.ts'
import { findPod } from './kubernetes/state.ts'
import { logMessages } from './logs.ts'
import { groupsPerRevision } from './system/index.ts'
import type { RunningPod, World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** Pods of one version in like condition. */
export interface PodGroup {
  readonly podTemplateHash: string
  readonly revision: number
  /** Tells the groups of a revision apart, below `groupsPerRevision`: a step of slowness, or the sick; and how many workers are lost. */
  readonly group: number
  readonly members: readonly RunningPod[]
  readonly pods: number
  /** What the version does now, with what went wrong without a deploy. */
  readonly behaviour: Behaviour
  /** Their own time is this many times as long, for no fault of the release. */
  readonly slowness: number
  /** Share of their requests that fails, for no fault of the release. */
  readonly sickErrorRatio: number
  /** Workers of each pod that never came back. */
  readonly leakedWorkers: number
}

/** Slowness is told in steps of a quarter, so that pods of about one age are drawn together. */
const slownessStep = 1.25
const sickGroup = 63
const groupsPerLoss = 64
const mostLosses = groupsPerRevision / groupsPerLoss - 1

/** The pods that serve at a time, in order of revision and group. */
export function servingGroups(setting: WorldSetting, world: World, atMs: number): PodGroup[] {
  const groups: { -readonly [K in keyof PodGroup]: PodGroup[K] }[] = []
  const { sickPod } = setting.plan.disturbances
  const serving = world.pods.filter(({ servesFromMs, down }) => servesFromMs !== null && servesFromMs <= atMs && !down)
  const behaviours: Record<string, Behaviour> = {}
  for (const { podTemplateHash } of serving)
    behaviours[podTemplateHash] ??= behaviourNow(setting, world, world.releases[podTemplateHash]!.behaviour)
  const fewest = fewestLosses(setting, serving, behaviours)
  for (const pod of serving) {
    const slow = pod.sick ? 0 : slownessSteps(setting, world, pod, atMs)
    const lost = lossOf(setting, pod, behaviours[pod.podTemplateHash]!) - fewest[pod.podTemplateHash]!
    const group = pod.sick ? sickGroup : slow + Math.min(mostLosses, lost) * groupsPerLoss
    const before = groups.at(-1)
    const known =
      before?.podTemplateHash === pod.podTemplateHash && before.group === group
        ? before
        : groups.find(one => one.podTemplateHash === pod.podTemplateHash && one.group === group)
    if (known !== undefined) {
      ;(known.members as RunningPod[]).push(pod)
      continue
    }
    const { revision } = world.releases[pod.podTemplateHash]!
    groups.push({
      podTemplateHash: pod.podTemplateHash,
      revision,
      group,
      members: [pod],
      pods: 1,
      behaviour: behaviours[pod.podTemplateHash]!,
      slowness: slownessStep ** slow,
      sickErrorRatio: pod.sick ? sickPod!.errorRatio : 0,
      leakedWorkers: 0,
    })
  }
  for (const group of groups) {
    group.pods = group.members.length
    group.leakedWorkers = lossOf(setting, group.members[0]!, group.behaviour)
  }
  return groups.sort((a, b) => a.revision - b.revision || a.group - b.group)
}

function behaviourNow({ plan }: WorldSetting, { incidentOn, logs }: World, behaviour: Behaviour): Behaviour {
  const now = incidentOn && plan.incident !== null ? combined(behaviour, plan.incident.behaviour) : behaviour
  return logs.quieted.includes(logMessages.deprecated) ? withoutWarnings(now) : now
}

/** Whole workers that a pod has lost. */
function lossOf({ pod: { workers } }: WorldSetting, { served }: RunningPod, behaviour: Behaviour): number {
  return Math.floor(Math.min(workers, behaviour.leakedWorkersPerRequest * served))
}

/** By version, those of the pod that has lost fewest: what others have lost beyond that parts them, so that pods of an age are drawn together. */
function fewestLosses(
  setting: WorldSetting,
  pods: readonly RunningPod[],
  behaviours: Readonly<Record<string, Behaviour>>,
): Record<string, number> {
  const fewest: Record<string, number> = {}
  for (const pod of pods) {
    const { podTemplateHash: hash } = pod
    fewest[hash] = Math.min(fewest[hash] ?? Infinity, lossOf(setting, pod, behaviours[hash]!))
  }
  return fewest
}

/** The groups as they would serve had the fault never been there: nothing is wrong with them, and pods that it has brought down serve. */
export function withoutFault(world: World, groups: readonly PodGroup[]): PodGroup[] {
  const sound = groups.map(group => ({ ...group, behaviour: harmless, leakedWorkers: 0 }))
  if (world.touchedPods.length === 0) return sound
  for (const { podTemplateHash, revision } of world.pods.filter(pod => isLost(world, pod))) {
    const at = sound.findIndex(one => one.podTemplateHash === podTemplateHash && one.group === 0)
    if (at !== -1) sound[at] = { ...sound[at]!, pods: sound[at]!.pods + 1 }
    else
      sound.push({
        podTemplateHash,
        revision,
        group: 0,
        members: [],
        pods: 1,
        behaviour: harmless,
        slowness: 1,
        sickErrorRatio: 0,
        leakedWorkers: 0,
      })
  }
  return sound
}

/** A pod that would serve but for the fault. */
export function isLost({ rollout, touchedPods }: World, pod: RunningPod): boolean {
  if (!pod.hasServed || pod.servesFromMs !== null || !touchedPods.includes(pod.name)) return false
  return findPod(rollout.kubernetes, pod.podTemplateHash, pod.name)?.phase === 'Running'
}

/** Whether something is wrong with a version now. */
export function isFaulty({ behaviour }: Pick<PodGroup, 'behaviour'>): boolean {
  return behaviour !== harmless
}

/** How slow a pod is, in steps: new ones warm up, and those of the deployed version may have noisy neighbours. */
function slownessSteps({ plan }: WorldSetting, world: World, pod: RunningPod, atMs: number): number {
  const { warmUp, noisyNeighbours } = plan.disturbances
  if (warmUp === null && noisyNeighbours.length === 0) return 0
  let slowness = 1
  // Pods that were there before the trial have been warm for long.
  if (warmUp !== null && pod.servesFromMs !== null && pod.startedAtMs >= 0)
    slowness += (warmUp.factor - 1) * Math.exp(-Math.max(0, atMs - pod.servesFromMs) / warmUp.timeConstantMs)
  if (pod.podTemplateHash === world.deployHash)
    for (const one of noisyNeighbours) if (within([one], atMs)) slowness *= one.timeFactor
  return Math.min(sickGroup - 1, Math.round(Math.log(slowness) / Math.log(slownessStep)))
}
