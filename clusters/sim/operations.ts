import type { Actor } from '../../harness/model/effect.ts'
import type { PatchTarget } from '../../harness/model/release.ts'
import {
  abort,
  deletePodByName,
  pause,
  promote,
  resume,
  retry,
  scaleTo,
  setRestartAt,
  setSpec,
  undoTo,
} from './argo/operations.ts'
import { withLimit } from './argo/thresholds.ts'
import { rolloutView } from './argo/views.ts'
import { switchFlagOff } from './incidents.ts'
import { setQuiet } from './logs.ts'
import { type QueuedEvent, schedule } from './queue.ts'
import { patchKey, patchValue, withPatch } from './release-patch.ts'
import { record, show, type World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** From a request to the API server's answer, as seen on a kind cluster of two cores. */
const apiLatencyMs = 200

/** Operations come before what the controllers do at the same time. */
const operationPriority = 5

/** Something that somebody does to the Rollout. `podTemplateHash` is the version that it is aimed at. */
export type Operation = {
  /** Names the operation in the log; a person's names only what they do. */
  readonly effectId: string
  readonly actor: Actor
  readonly podTemplateHash: string
} /** `hold` pauses the rollout where it is, `resume` lets it go on from there; `retry` begins an aborted one again. */ & (
  | { readonly operation: 'abort' | 'promote' | 'hold' | 'resume' | 'retry' | 'flagOff' | 'restart' }
  | { readonly operation: 'scale'; readonly replicas: number }
  | { readonly operation: 'restartPod'; readonly pod: string }
  /** Another limit in a metric's condition; taken back by the limit from before. */
  | {
      readonly operation: 'widenThreshold'
      readonly template: string
      readonly metric: string
      readonly toValue: number
    }
  /** Lines of the message are no longer written, or are again. */
  | { readonly operation: 'quietLog'; readonly message: string; readonly quiet: boolean }
  | { readonly operation: 'undo'; readonly toHash: string }
  | { readonly operation: 'release'; readonly release: 'fix' | 'retry' | 'revert'; readonly values: ReleaseValues }
)

/** What a release writes into the Rollout. */
export interface ReleaseValues {
  /** Of the patch's own key. */
  readonly value: string
  /** Of the key that says what the release is for, where that is another one; null: left as it is. */
  readonly intent: string | null
}

export interface OperationEvent extends QueuedEvent {
  readonly type: 'operation.due'
  readonly operation: Operation
}

/** Starts an operation; it is carried out when the API server has it. */
export function operate(world: World, operation: Operation): void {
  const { effectId, actor, podTemplateHash } = operation
  record(world, 'operation.started', { effectId, actor, operation: operation.operation, podTemplateHash })
  schedule<OperationEvent>(world.queue as never, {
    t: world.nowMs + apiLatencyMs,
    priority: operationPriority,
    type: 'operation.due',
    operation,
  })
}

/** The scenario's deploy. */
export function deploy(setting: WorldSetting, world: World): void {
  const { after, intent } = setting.plan.release
  world.goodHash = rolloutView(world.rollout).stableHash
  release(setting, world, 'deploy', { value: after, intent: intent?.after ?? null })
}

/** The API server has the operation, and answers. */
export function carryOutOperation(setting: WorldSetting, world: World, { operation }: OperationEvent): void {
  const { effectId, actor, podTemplateHash } = operation
  const wasAborted = rolloutView(world.rollout).aborted
  const message = apply(setting, world, operation)
  const ok = message === ''
  record(world, 'operation.finished', { effectId, actor, operation: operation.operation, ok, message })
  show(world, { t: world.nowMs, type: 'effect.finished', effectId, ok, message })
  if (ok && operation.operation === 'abort' && !wasAborted) world.abortRequestedBy = { actor, podTemplateHash }
}

/** Operations on one version's rollout. */
const aimed: readonly Operation['operation'][] = ['abort', 'promote', 'undo', 'hold', 'resume', 'retry']

/** @returns why it was refused; empty when it was done. */
function apply(setting: WorldSetting, world: World, operation: Operation): string {
  const { rollout, queue, nowMs } = world
  const { currentHash } = rolloutView(rollout)
  if (aimed.includes(operation.operation) && operation.podTemplateHash !== currentHash)
    return 'another version is being rolled out'
  switch (operation.operation) {
    case 'abort':
      abort(rollout, queue, nowMs)
      return ''
    case 'promote':
      promote(rollout, queue, nowMs)
      return ''
    case 'hold':
      return hold(world)
    case 'resume':
      if (!rolloutView(rollout).held) return 'the rollout is not held'
      resume(rollout, queue, nowMs)
      return ''
    case 'retry':
      if (!rolloutView(rollout).aborted) return 'nothing is aborted'
      retry(rollout, queue, nowMs)
      return ''
    case 'restartPod':
      return deletePodByName(rollout, operation.pod, queue, nowMs)
    case 'widenThreshold':
      return changeThreshold(world, operation)
    case 'quietLog':
      return setQuiet(world.logs, operation.message, operation.quiet)
    case 'undo':
      return undoTo(rollout, operation.toHash, queue, nowMs) ? '' : 'the revision to return to is gone'
    case 'flagOff':
      return switchFlagOff(setting, world, operation.actor)
    case 'scale':
      scaleTo(rollout, operation.replicas, queue, nowMs)
      return ''
    case 'restart':
      setRestartAt(rollout, queue, nowMs)
      return ''
    case 'release':
      release(setting, world, operation.release, operation.values)
      return ''
  }
}

function hold({ rollout, queue, nowMs }: World): string {
  const { aborted, held, currentHash, stableHash } = rolloutView(rollout)
  if (held) return 'the rollout is held already'
  if (aborted || currentHash === stableHash) return 'nothing is being rolled out'
  pause(rollout, queue, nowMs)
  return ''
}

function changeThreshold(
  world: World,
  { actor, template, metric, toValue }: Extract<Operation, { operation: 'widenThreshold' }>,
): string {
  const { rollout } = world
  const changed = withLimit(rollout.templates, template, metric, toValue)
  if (typeof changed === 'string') return changed
  rollout.templates = changed.templates
  record(world, 'threshold.changed', { actor, template, metric, fromValue: changed.fromValue, toValue })
  return ''
}

function release(
  setting: WorldSetting,
  world: World,
  kind: 'deploy' | 'fix' | 'retry' | 'revert',
  { value, intent }: ReleaseValues,
): void {
  const { rollout, queue, nowMs } = world
  const { file, variable } = setting.subject.release
  const { target } = setting.plan.release
  const written: readonly (readonly [PatchTarget, string])[] = [
    [target, value],
    ...(intent === null ? [] : [['env', intent] as const]),
  ]
  const diff = written.map(([key, toValue]) => ({
    file,
    key: patchKey(key, variable),
    fromValue: patchValue(rollout.spec, key, variable),
    toValue,
  }))
  const [own, ...others] = diff
  const alsoChanged = others.filter(({ fromValue, toValue }) => fromValue !== toValue)
  if (diff.every(({ fromValue, toValue }) => fromValue === toValue)) retry(rollout, queue, nowMs)
  else {
    const spec = written.reduce((patched, [key, text]) => withPatch(patched, key, variable, text), rollout.spec)
    setSpec(rollout, spec, queue, nowMs)
  }
  world.releasing = { kind, ...own!, alsoChanged }
}
