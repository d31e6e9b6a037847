import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { findPod } from '../../clusters/sim/kubernetes/state.ts'
import { logMessages } from '../../clusters/sim/logs.ts'
import { type Operation, operate } from '../../clusters/sim/operations.ts'
import type { RunningPod } from '../../clusters/sim/world.ts'
import type { Remedy } from '../model/ground-truth.ts'
import type { SafeAction } from '../model/safe-action.ts'
import { flagsFile } from './forge/forge.ts'
import { closeProposals } from './proposals-in-run.ts'
import { limitToWiden } from './remedies/limit-to-widen.ts'
import type { Run } from './row.ts'

/** The message that is written for every request. */
const noisyMessage = logMessages.deprecated

/** What people do by releasing, or by taking a release back. */
const byRelease: readonly Remedy[] = ['abort', 'undo', 'retry']

type Deed = Operation extends infer Each
  ? Each extends Operation
    ? Omit<Each, 'effectId' | 'actor' | 'podTemplateHash'>
    : never
  : never

/** What a person does who knows the cause and that it is not the release; null where the trouble is over, whoever ended it. */
export function remedyFor(run: Run): Remedy | null {
  const { plan } = run.setting
  if (plan.incident !== null && run.world.nowMs < plan.incident.atMs) return null
  const remedy = plan.truth.remedies.find(one => !byRelease.includes(one))
  return remedy === undefined || isOver(run, remedy) ? null : remedy
}

/** Of a trouble that is not the release's. */
export function applyRemedy(run: Run, remedy: Remedy): void {
  const { world } = run
  const deed = deedOf(run, remedy)
  if (deed === null) return
  if (remedy === 'scale') run.remedied = true
  if (remedy === 'flagOff') closeProposals(run, flagsFile)
  const { currentHash: podTemplateHash } = rolloutView(world.rollout)
  operate(world, { ...deed, effectId: `person/${deed.operation}`, actor: 'human', podTemplateHash } as Operation)
}

/** How people do it; null where there is nothing that they could do. */
function deedOf({ world, setting }: Run, remedy: Remedy): Deed | null {
  const { scaleFactor, widenFactor } = setting.parameters.people
  const { replicas = 1 } = world.rollout.spec
  switch (remedy) {
    case 'scale':
      return { operation: remedy, replicas: Math.ceil(replicas * scaleFactor.value) }
    case 'flagOff':
      return { operation: remedy }
    case 'restart':
    // A person restarts all pods, one after the other: it is one command.
    case 'restartPod':
      return { operation: 'restart' }
    case 'widenThreshold': {
      const limit = limitToWiden(world.rollout, widenFactor.value)
      return limit === null ? null : { operation: remedy, ...limit }
    }
    case 'quietLog':
      return { operation: remedy, message: noisyMessage, quiet: true }
    case 'abort':
    case 'undo':
    case 'retry':
      return null
  }
}

/** Whether the cluster shows that what the remedy is for has been done, by whomever. */
function isOver(run: Run, remedy: Remedy): boolean {
  const { world, setting, remedied } = run
  const { rollout } = world
  const { replicas = 1 } = rollout.spec
  switch (remedy) {
    case 'flagOff':
      return !world.incidentOn
    case 'scale': {
      // After the horizon no request tells how busy pods are.
      if (remedied) return true
      if (replicas <= (setting.subject.rollout.spec.replicas ?? 1)) return false
      // As busy as the pods are now, and as they will be when all that are asked for are there.
      const busiest = Math.max(0, ...(world.lastFlow?.versions ?? []).map(({ utilisation }) => utilisation))
      return (busiest * rollout.status.availableReplicas) / replicas < 1
    }
    case 'restart':
    case 'restartPod':
      // Pods that the kubelet alone has started again wear out as before, until somebody has dealt with them.
      return hasYoungPod(run) && !world.pods.some(pod => isWorn(run, pod))
    case 'widenThreshold':
      // Nothing is stopped by a limit while a release goes on.
      if (!rolloutView(rollout).aborted) return true
      return limitToWiden(rollout, setting.parameters.people.widenFactor.value) === null
    case 'quietLog':
      return world.logs.quieted.includes(noisyMessage)
    case 'abort':
    case 'undo':
    case 'retry':
      return false
  }
}

/** Some pod has taken the place of another since the trouble began. */
function hasYoungPod({ world, setting }: Run): boolean {
  const sinceMs = setting.plan.incident?.atMs ?? 0
  const { kubernetes } = world.rollout
  return world.pods.some(
    ({ podTemplateHash, name }) => (findPod(kubernetes, podTemplateHash, name)?.createdMs ?? sinceMs) > sinceMs,
  )
}

/** A pod that only a restart helps: it is sick, or has lost half of its workers. */
export function isWorn({ setting: { plan, pod } }: Run, { sick, served }: RunningPod): boolean {
  const leaked = (plan.incident?.behaviour.leakedWorkersPerRequest ?? 0) * served
  return sick || leaked >= pod.workers / 2
}

/** Whether an action that the engine asks for is what a person would find right who knows all. */
export function isRightAction(run: Run, action: SafeAction): boolean {
  const { truth } = run.setting.plan
  if (!truth.remedies.includes(action.class)) return false
  if (action.class !== 'retry' && isOver(run, action.class)) return false
  switch (action.class) {
    case 'scale':
      return action.replicas > action.fromReplicas
    case 'restartPod':
      return run.world.pods.some(pod => pod.name === action.pod && isWorn(run, pod))
    case 'quietLog':
      return action.message === noisyMessage
    case 'widenThreshold':
    case 'retry':
      return true
  }
}
