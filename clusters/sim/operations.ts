import type { Actor } from '../../harness/model/effect.ts'
import { abort, promote, retry, scaleTo, setRestartAt, setSpec, undoTo } from './argo/operations.ts'
import { rolloutView } from './argo/views.ts'
import { switchFlagOff } from './incidents.ts'
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
} & (
  | { readonly operation: 'abort' | 'promote' | 'flagOff' | 'restart' }
  | { readonly operation: 'scale'; readonly replicas: number }
  | { readonly operation: 'undo'; readonly toHash: string }
  /** A new value of the release's configuration key: a repair, or the same change again. */
  | { readonly operation: 'release'; readonly release: 'fix' | 'retry'; readonly value: string }
)

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

/** The scenario's deploy: one patch of one key. */
export function deploy(setting: WorldSetting, world: World): void {
  world.goodHash = rolloutView(world.rollout).stableHash
  release(setting, world, 'deploy', setting.plan.release.after)
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

/** @returns why it was refused; empty when it was done. */
function apply(setting: WorldSetting, world: World, operation: Operation): string {
  const { rollout, queue, nowMs } = world
  const { currentHash } = rolloutView(rollout)
  const isAimed = !['release', 'flagOff', 'scale', 'restart'].includes(operation.operation)
  if (isAimed && operation.podTemplateHash !== currentHash) return 'another version is being rolled out'
  switch (operation.operation) {
    case 'abort':
      abort(rollout, queue, nowMs)
      return ''
    case 'promote':
      promote(rollout, queue, nowMs)
      return ''
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
      release(setting, world, operation.release, operation.value)
      return ''
  }
}

function release(setting: WorldSetting, world: World, kind: 'deploy' | 'fix' | 'retry', value: string): void {
  const { rollout, queue, nowMs } = world
  const { file, variable } = setting.subject.release
  const { target } = setting.plan.release
  const before = patchValue(rollout.spec, target, variable)
  if (before === value) retry(rollout, queue, nowMs)
  else setSpec(rollout, withPatch(rollout.spec, target, variable, value), queue, nowMs)
  world.releasing = { kind, file, key: patchKey(target, variable), fromValue: before, toValue: value, alsoChanged: [] }
}
