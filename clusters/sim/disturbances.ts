import type { TrialPlan } from '../../harness/model/trial.ts'
import { setRestartAt } from './argo/operations.ts'
import { applyIncident } from './incidents.ts'
import { evictPods, nodeOf } from './kubernetes/nodes.ts'
import { killContainer, setAnswer } from './kubernetes/pod-lifecycle.ts'
import { findPod, type Pod } from './kubernetes/state.ts'
import { type QueuedEvent, schedule } from './queue.ts'
import type { RunningPod, World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** Something happens that nobody in the trial does. */
export interface DisturbanceDue extends QueuedEvent {
  readonly type: 'disturbance.due'
  readonly what: 'incident' | 'falls sick' | 'gets well' | 'eviction' | 'crash' | 'rolling restart'
  /** Place in the plan's list of its kind. */
  readonly index: number
}

/** Before the cells of the same time. */
const disturbancePriority = 30

/** How long a node has too little memory (assumption). */
const pressureMs = 60_000

/** @param known what was scheduled before: the plan's lists begin with it */
export function scheduleDisturbances(
  { plan }: WorldSetting,
  world: World,
  known?: Pick<TrialPlan, 'disturbances' | 'incident'>,
): void {
  const { sickPod, evictions, crashesMs, rollingRestartsMs } = plan.disturbances
  const before = known?.disturbances
  const at = (t: number, what: DisturbanceDue['what'], index = 0) =>
    schedule<DisturbanceDue>(world.queue as never, {
      t,
      priority: disturbancePriority,
      type: 'disturbance.due',
      what,
      index,
    })
  if (plan.incident !== null && plan.incident !== known?.incident) at(plan.incident.atMs, 'incident')
  if (sickPod !== null && sickPod !== before?.sickPod) {
    at(sickPod.fromMs, 'falls sick')
    at(sickPod.toMs, 'gets well')
  }
  for (const [i, { atMs }] of [...evictions.entries()].slice(before?.evictions.length ?? 0)) at(atMs, 'eviction', i)
  for (const [i, atMs] of [...crashesMs.entries()].slice(before?.crashesMs.length ?? 0)) at(atMs, 'crash', i)
  for (const [i, atMs] of [...rollingRestartsMs.entries()].slice(before?.rollingRestartsMs.length ?? 0))
    at(atMs, 'rolling restart', i)
}

export function disturb(setting: WorldSetting, world: World, { what, index }: DisturbanceDue): void {
  const { plan } = setting
  switch (what) {
    case 'incident':
      applyIncident(setting, world)
      return
    case 'falls sick':
      fallSick(world)
      return
    case 'gets well':
      for (const pod of world.pods) if (pod.sick) setSick(world, pod.name, false)
      return
    case 'eviction': {
      const { pods } = plan.disturbances.evictions[index]!
      const { kubernetes } = world.rollout
      const first = world.pods.find(({ servesFromMs }) => servesFromMs !== null)
      const pod = first && findPod(kubernetes, first.podTemplateHash, first.name)
      if (pod === undefined) return
      const memoryOf = ({ name }: Pod) => world.pods.find(one => one.name === name)?.usage.atStart.memoryBytes ?? 0
      evictPods(kubernetes, nodeOf(kubernetes, pod), pods, world.nowMs + pressureMs, world.nowMs, world.queue, memoryOf)
      return
    }
    case 'crash':
      crash(world)
      return
    case 'rolling restart':
      setRestartAt(world.rollout, world.queue, world.nowMs)
  }
}

function fallSick(world: World): void {
  const pod = firstServing(world)
  if (pod !== undefined) setSick(world, pod.name, true)
}

function crash(world: World): void {
  const { rollout, nowMs, queue } = world
  const running = firstServing(world)
  const pod = running && findPod(rollout.kubernetes, running.podTemplateHash, running.name)
  if (pod !== undefined) killContainer(rollout.kubernetes, pod, 'Error', nowMs, queue)
}

/** The first pod of the deployed version that serves; of the only version where nothing is deployed. */
function firstServing(world: World): RunningPod | undefined {
  const serving = world.pods.filter(({ servesFromMs }) => servesFromMs !== null && servesFromMs <= world.nowMs)
  const hash = world.deployHash === '' ? serving[0]?.podTemplateHash : world.deployHash
  return serving.find(({ podTemplateHash }) => podTemplateHash === hash)
}

function setSick(world: World, name: string, sick: boolean): void {
  const running = world.pods.find(pod => pod.name === name)!
  running.sick = sick
  const pod = findPod(world.rollout.kubernetes, running.podTemplateHash, name)
  if (pod !== undefined)
    setAnswer(world.rollout.kubernetes, pod, { answer: sick ? 'sick' : 'up' }, world.nowMs, world.queue)
}
