import { drainEvents, rolloutView } from './argo/views.ts'
import { followBlocking, followUnblocking } from './incidents.ts'
import { record, show, type World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** Writes down what the controllers changed, and shows it to whoever watches. */
export function followRollout(setting: WorldSetting, world: World): void {
  const { rollout, nowMs } = world
  for (const { object, name, reason, message } of drainEvents(rollout)) {
    record(world, 'kubernetes.emitted', { object: `${object}/${name}`, reason, message })
  }
  const { changes } = rollout
  if (changes.length === 0) return
  rollout.changes = []
  for (const change of changes) {
    if (change.type === 'analysisRun.changed') {
      record(world, change.type, change.run)
      followBlocking(setting, world, change.run)
      show(world, { t: nowMs, ...change })
    } else if (change.type === 'rollout.changed') {
      followRelease(world)
      followAbort(world, change.rollout.aborted)
      record(world, change.type, change.rollout)
      followUnblocking(world, change.rollout.stableHash)
      show(world, { t: nowMs, ...change })
    }
  }
}

/** A release is in the log when its revision is known by name. */
function followRelease(world: World): void {
  const { releasing, rollout } = world
  if (releasing === null) return
  const { currentHash, revision } = rolloutView(rollout)
  const template = rollout.revisions.find(one => one.podTemplateHash === currentHash)?.templateKey
  if (template !== rollout.templateKey) return
  world.releasing = null
  if (releasing.kind === 'deploy') world.deployHash = currentHash
  const { kind, ...diff } = releasing
  record(world, 'release.updated', { deploy: 0, release: kind, revision, podTemplateHash: currentHash, ...diff })
}

function followAbort(world: World, aborted: boolean): void {
  const { currentHash, message } = rolloutView(world.rollout)
  if (!aborted) {
    world.aborted = false
    return
  }
  if (world.aborted) return
  world.aborted = true
  const requested = world.abortRequestedBy?.podTemplateHash === currentHash ? world.abortRequestedBy : null
  world.abortRequestedBy = null
  world.lastAbort = { actor: requested?.actor ?? 'argo', podTemplateHash: currentHash }
  record(world, 'rollout.aborted', { ...world.lastAbort, message })
}
