import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate } from '../../clusters/sim/operations.ts'
import { waitsForPromotion } from '../../clusters/sim/simulator.ts'
import { record } from '../../clusters/sim/world.ts'
import type { Remedy } from '../model/ground-truth.ts'
import { onCall } from './forge/trial-forge.ts'
import { isUnderWay } from './forge.ts'
import { act, type PersonView, page, seeRollout } from './people.ts'
import { followRelease, liveValue, propose, releasedOf, writeBack } from './releases-in-run.ts'
import type { Run } from './row.ts'
import { takeBack } from './take-back.ts'

/**
 * The rollout changed. Argo's own notification trigger on-rollout-aborted tells people; so does whoever takes back a release that they were
 * not paged about. The files get what is served then; and a person comes to promote what waits for one.
 */
export function informPeople(run: Run): void {
  const { world, person, setting } = run
  followRelease(run)
  const view = personView(run)
  if (!view.reverted) run.followedRollback = false
  else if (!run.followedRollback) {
    run.followedRollback = true
    const { aborted, currentHash } = rolloutView(world.rollout)
    const byArgo = aborted && world.lastAbort?.actor === 'argo'
    if (byArgo) sendPage(run, 'on-rollout-aborted', currentHash, 'Argo Rollouts aborted the update')
    else if (!run.told) sendPage(run, 'on-rollback', currentHash, 'The release was taken back')
    writeBack(run)
  }
  seeRollout(person, setting.parameters.people, world.nowMs, view)
}

export function sendPage(run: Run, effectId: string, blames: string | null, reason: string): void {
  record(run.world, 'page.sent', { effectId, blames, reason })
  if (blames !== null) run.told = true
  const kind = effectId.startsWith('on-') ? effectId : blames === null ? 'alarm of no release' : 'alarm of a release'
  page(run.person, run.setting.parameters.people, run.world.nowMs, kind)
}

export function actAsPerson(run: Run, nowMs: number): void {
  const { world, setting, person } = run
  const human = { actor: 'human' as const, podTemplateHash: rolloutView(world.rollout).currentHash }
  for (const deed of act(person, setting.parameters.people, nowMs, personView(run))) {
    if (typeof deed === 'object') {
      applyRemedy(run, deed.remedy)
      continue
    }
    switch (deed) {
      case 'page.acknowledged':
      case 'person.looked':
      case 'cause.found':
        record(world, deed, {})
        break
      case 'decided to roll back':
        record(world, 'person.decided', { decision: 'rollback' })
        break
      case 'decided to wait':
        record(world, 'person.decided', { decision: 'wait' })
        break
      case 'roll back':
        run.told = true
        takeBack(world, 'human', 'person/roll-back')
        break
      case 'propose the fix':
        propose(run, 'fix', setting.plan.release.repaired)
        break
      case 'propose the release again':
        propose(run, releasedOf(run)?.kind === 'fix' ? 'fix' : 'retry', releasedOf(run)!.value)
        break
      case 'promote':
        operate(world, { ...human, effectId: 'person/promote', operation: 'promote' })
        break
    }
  }
}

/** Of a trouble that is not the release's. */
function applyRemedy(run: Run, remedy: Remedy): void {
  const { world, setting } = run
  run.remedied = true
  const { currentHash } = rolloutView(world.rollout)
  const { replicas = 1 } = world.rollout.spec
  const aim = { effectId: `person/${remedy}`, actor: 'human' as const, podTemplateHash: currentHash }
  if (remedy === 'scale') {
    const { scaleFactor } = setting.parameters.people
    operate(world, { ...aim, operation: remedy, replicas: Math.ceil(replicas * scaleFactor.value) })
  } else if (remedy === 'flagOff' || remedy === 'restart') operate(world, { ...aim, operation: remedy })
}

function personView(run: Run): PersonView {
  const { world, setting, forge } = run
  const released = releasedOf(run)
  const isReverted = released !== null && (rolloutView(world.rollout).aborted || liveValue(run) !== released.value)
  return {
    releaseIsBad: released !== null && released.kind !== 'fix' && setting.plan.truth.deploy === 'revert',
    releasedAtMs: released?.atMs ?? null,
    reverted: isReverted,
    releaseUnderWay: run.releasing !== null || isUnderWay(forge, onCall),
    remedy: remedyOf(run),
    waitsForPromotion: waitsForPromotion(world),
  }
}

/** What a person does who knows the cause and that it is not the release. */
function remedyOf({ remedied, setting: { plan }, world }: Run): Remedy | null {
  if (remedied || (plan.incident !== null && world.nowMs < plan.incident.atMs)) return null
  return plan.truth.remedies.find(remedy => remedy !== 'abort' && remedy !== 'undo') ?? null
}
