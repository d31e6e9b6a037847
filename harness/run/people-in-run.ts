import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { operate } from '../../clusters/sim/operations.ts'
import { waitsForPromotion } from '../../clusters/sim/simulator.ts'
import { record, show } from '../../clusters/sim/world.ts'
import type { Diagnosis } from '../model/cause.ts'
import { ask } from './people/approve.ts'
import type { Question } from './people/person.ts'
import { receiveReport } from './people/read-report.ts'
import { act, type PersonView, page, seeRollout } from './people.ts'
import { closeProposals, hurryProposals, isFixProposed } from './proposals-in-run.ts'
import {
  followRelease,
  isLive,
  isReleaseUnderWay,
  letGoOn,
  proposeFix,
  releasedOf,
  releaseOnceMore,
} from './releases-in-run.ts'
import { applyRemedy, remedyFor } from './remedies-in-run.ts'
import type { Run } from './row.ts'
import { takeBack } from './take-back.ts'

/**
 * The rollout changed. Argo's own notification trigger on-rollout-aborted tells people; so does whoever takes back a release that they were
 * not paged about. A person comes to promote what waits for one.
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
  }
  seeRollout(person, setting.parameters.people, world.nowMs, view)
}

export function sendPage(run: Run, effectId: string, blames: string | null, reason: string): void {
  record(run.world, 'page.sent', { effectId, blames, reason })
  if (blames !== null) run.told = true
  const kind = effectId.startsWith('on-') ? effectId : blames === null ? 'alarm of no release' : 'alarm of a release'
  page(run.person, run.setting.parameters.people, run.world.nowMs, kind)
}

/** The engine has made a diagnosis: people read it as soon as they look into the trouble, and find out whether it is right. */
export function readDiagnosis({ person, setting, world }: Run, { incident, verdict, ranked }: Diagnosis): void {
  const { parameters, plan } = setting
  const top = verdict === 'inconclusive' ? undefined : ranked[0]
  const names = top === undefined ? 'none' : plan.causes.includes(top.cause.kind) ? 'the cause' : 'another cause'
  receiveReport(person, parameters.people, world.nowMs, { incident, names })
}

/**
 * The engine asks in chat to approve an action; the answer comes as `approval.answered`.
 * @param action canonical JSON
 * @param isCorrect whether it is the right one, which people may judge wrongly
 */
export function askApproval(run: Run, effectId: string, incident: string, action: string, isCorrect: boolean): void {
  const { person, setting, world } = run
  record(world, 'approval.asked', { effectId, incident, action })
  ask(person, setting.parameters.people, world.nowMs, effectId, isCorrect)
}

function answer({ world }: Run, { effectId, answer }: Question): void {
  record(world, 'approval.answered', { effectId, answer })
  show(world, { t: world.nowMs, type: 'approval.answered', effectId, answer })
}

export function actAsPerson(run: Run, nowMs: number): void {
  const { world, setting, person } = run
  const human = { actor: 'human' as const, podTemplateHash: rolloutView(world.rollout).currentHash }
  const deeds = act(person, setting.parameters.people, nowMs, personView(run))
  for (const deed of deeds) {
    if (typeof deed === 'object') {
      if ('remedy' in deed) applyRemedy(run, deed.remedy)
      else if ('read' in deed) record(world, 'diagnosis.read', deed.read)
      else answer(run, deed.answered)
      continue
    }
    switch (deed) {
      case 'person.looked':
        hurryProposals(run)
        record(world, deed, {})
        break
      case 'page.acknowledged':
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
        closeProposals(run, setting.subject.release.file)
        proposeFix(run)
        break
      case 'release again':
        closeProposals(run, setting.subject.release.file)
        releaseOnceMore(run)
        break
      case 'promote':
        operate(world, { ...human, effectId: 'person/promote', operation: 'promote' })
        break
    }
  }
  if (deeds.length === 0 || person.stage !== null) return
  const { releaseIsBad, releaseUnderWay } = personView(run)
  if (!releaseIsBad && !releaseUnderWay) letGoOn(run)
}

function personView(run: Run): PersonView {
  const { world, setting } = run
  const released = releasedOf(run)
  const isBad = setting.plan.truth.deploy === 'revert'
  return {
    releaseIsBad: released !== null && released.kind !== 'fix' && isBad,
    releasedAtMs: released?.atMs ?? null,
    reverted: released !== null && (released.kind === 'revert' || !isLive(run, released.values)),
    releaseUnderWay: isReleaseUnderWay(run),
    fixProposed: isFixProposed(run),
    remedy: remedyFor(run),
    waitsForPromotion: waitsForPromotion(world),
  }
}
