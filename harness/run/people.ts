import type { Remedy } from '../model/ground-truth.ts'
import type { People } from '../model/parameters/people.ts'
import { acknowledgementMs, slownessOf } from './people/answer-page.ts'
import { delay, happens, type Person, type Stage } from './people/person.ts'

/** What a person sees when they look. */
export interface PersonView {
  /** Whether the release is really bad: a person who looks closely finds out. */
  readonly releaseIsBad: boolean
  /** null: nothing was released of late, so that nothing can be rolled back. */
  readonly releasedAtMs: number | null
  /** The release is no longer desired: aborted or undone. */
  readonly reverted: boolean
  /** A repair, or the release again, is on its way to the cluster. */
  readonly releaseUnderWay: boolean
  /** What ends a trouble that is not the release's, for whoever knows its cause; null: there is no such trouble, or no longer. */
  readonly remedy: Remedy | null
  /** Waits at a pause that only a person ends. */
  readonly waitsForPromotion: boolean
}

export type PersonAct =
  | 'page.acknowledged'
  | 'person.looked'
  | 'decided to roll back'
  | 'decided to wait'
  | 'roll back'
  | 'cause.found'
  | 'propose the fix'
  | 'propose the release again'
  | 'promote'
  | { readonly remedy: Remedy }

/**
 * A page goes out. Whoever is on an incident already does not start again; after it, or when it came to nothing, they do.
 * @param kind what the page is about; people grow deaf to a kind that repeats
 */
export function page(person: Person, people: People, nowMs: number, kind: string): void {
  if (person.stage !== null) return
  const call = person.pages.push({ atMs: nowMs, kind }) - 1
  const atMs = acknowledgementMs(person, people, nowMs, call)
  if (atMs === null) return
  person.promoteAtMs = null
  person.looks = 0
  go(person, 'acknowledging', atMs)
}

/** The rollout changed: with no incident open, a person comes to promote what waits for one. */
export function seeRollout(person: Person, people: People, nowMs: number, view: PersonView): void {
  if (!view.waitsForPromotion || person.stage !== null) person.promoteAtMs = null
  else person.promoteAtMs ??= nowMs + delay(person, 'promote', people.promote, person.promotions++)
}

/** When the person acts next, if nothing happens before; null: never. */
export function nextActMs(person: Person): number | null {
  if (person.atMs === null) return person.promoteAtMs
  return person.promoteAtMs === null ? person.atMs : Math.min(person.atMs, person.promoteAtMs)
}

/** Called at `nextActMs`. */
export function act(person: Person, people: People, nowMs: number, view: PersonView): PersonAct[] {
  const acts: PersonAct[] = []
  if (person.promoteAtMs === nowMs) {
    person.promoteAtMs = null
    acts.push('promote')
  }
  if (person.atMs === nowMs) {
    person.atMs = null
    acts.push(...proceed(person, people, nowMs, view))
    if (person.stage === null) seeRollout(person, people, nowMs, view)
  }
  return acts
}

function proceed(person: Person, people: People, nowMs: number, view: PersonView): PersonAct[] {
  const call = person.pages.length - 1
  switch (person.stage) {
    case 'acknowledging':
      go(person, 'looking', nowMs + delay(person, 'look', people.look, call))
      return ['page.acknowledged']
    case 'looking':
      if (person.looks === 0) person.lookedAtMs = nowMs
      if (view.reverted || view.releasedAtMs === null) investigate(person, people, nowMs, view)
      else go(person, 'deciding', nowMs + decisionMs(person, people, nowMs, view.releasedAtMs))
      person.looks++
      return ['person.looked']
    case 'deciding':
      if (!view.reverted) return decide(person, people, nowMs, view)
      investigate(person, people, nowMs, view)
      return []
    case 'rolling back':
      investigate(person, people, nowMs, view)
      return view.reverted ? [] : ['roll back']
    case 'finding the cause':
      if (view.releaseIsBad) go(person, 'writing the fix', nowMs + delay(person, 'write fix', people.writeFix, call))
      else go(person, 'applying the remedy', nowMs + delay(person, 'apply remedy', people.applyRemedy, call))
      return ['cause.found']
    case 'applying the remedy':
      if (view.reverted) clear(person, people, nowMs, view)
      else person.stage = null
      return view.remedy === null ? [] : [{ remedy: view.remedy }]
    case 'writing the fix':
      person.stage = null
      return ['propose the fix']
    case 'clearing':
      person.stage = null
      return view.releaseUnderWay || !view.reverted ? [] : ['propose the release again']
    case null:
      return []
  }
}

/** A person may take a bad release for a good one, and then looks again as the trouble goes on; or a good one for bad. */
function decide(person: Person, people: People, nowMs: number, view: PersonView): PersonAct[] {
  const { decision } = people
  const turn = [person.pages.length - 1, person.looks] as const
  const rollsBack = view.releaseIsBad
    ? !happens(person, 'missed rollback', decision.missedRollback, ...turn)
    : happens(person, 'false rollback', decision.falseRollback, ...turn)
  if (rollsBack) {
    go(person, 'rolling back', nowMs + delay(person, 'roll back', people.rollback, turn[0]))
    return ['decided to roll back']
  }
  if (view.releaseIsBad) go(person, 'looking', nowMs + delay(person, 'look again', decision.lookAgain, ...turn))
  else investigate(person, people, nowMs, view)
  return ['decided to wait']
}

/** The search for the cause began with the first look, and waits for the rollback. */
function investigate(person: Person, people: People, nowMs: number, view: PersonView): void {
  const isOpen = view.releaseIsBad ? !view.releaseUnderWay : view.remedy !== null
  if (isOpen) {
    const found = person.lookedAtMs + delay(person, 'find cause', people.findCause, person.pages.length - 1)
    go(person, 'finding the cause', Math.max(nowMs, found))
  } else if (person.stage === 'rolling back' || view.reverted) clear(person, people, nowMs, view)
  else person.stage = null
}

/** Someone finds that nothing is wrong with a release that was taken back. */
function clear(person: Person, people: People, nowMs: number, view: PersonView): void {
  if (view.releaseIsBad || view.releaseUnderWay) person.stage = null
  else go(person, 'clearing', nowMs + delay(person, 'clear suspicion', people.clearSuspicion, person.pages.length - 1))
}

function decisionMs(person: Person, people: People, nowMs: number, releasedAtMs: number): number {
  const { decision } = people
  const turn = [person.pages.length - 1, person.looks] as const
  const age = nowMs - releasedAtMs > decision.deployIsOldAfter.ms ? decision.oldDeployFactor.value : 1
  const isDetour = happens(person, 'wrong hypothesis', decision.wrongHypothesis, ...turn)
  const detour = isDetour ? delay(person, 'wrong hypothesis', decision.wrongHypothesisRound, ...turn) : 0
  const slowness = slownessOf(person, people, nowMs, turn[0])
  return (delay(person, 'decide', decision.time, ...turn) * age + detour) * slowness
}

function go(person: Person, stage: Stage, atMs: number): void {
  person.stage = stage
  person.atMs = Math.round(atMs)
}
