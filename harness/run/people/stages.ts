import type { People } from '../../model/parameters/people.ts'
import type { PersonAct, PersonView } from '../people.ts'
import { slownessOf } from './answer-page.ts'
import { delay, go, happens, type Person } from './person.ts'
import { startReading } from './read-report.ts'

/** The person's stage ends now: what they do, and what they turn to. */
export function proceed(person: Person, people: People, nowMs: number, view: PersonView): PersonAct[] {
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
      startReading(person, people, nowMs)
      return ['person.looked']
    case 'deciding':
      if (!view.reverted) return decide(person, people, nowMs, view)
      investigate(person, people, nowMs, view)
      return []
    case 'rolling back':
      investigate(person, people, nowMs, view)
      return view.reverted ? [] : ['roll back']
    case 'finding the cause':
      if (!view.releaseIsBad) turnToRemedy(person, people, nowMs, view)
      else if (view.releaseUnderWay) person.stage = null
      else if (view.fixProposed) go(person, 'reviewing', null)
      else startFix(person, people, nowMs)
      return ['cause.found']
    case 'applying the remedy':
      if (view.reverted) clear(person, people, nowMs, view)
      else person.stage = null
      return view.remedy === null ? [] : [{ remedy: view.remedy }]
    case 'writing the fix':
      person.stage = null
      if (!view.releaseIsBad || view.releaseUnderWay) return []
      if (!view.fixProposed) return ['propose the fix']
      go(person, 'reviewing', null)
      return []
    case 'clearing':
      person.stage = null
      return view.releaseUnderWay || !view.reverted ? [] : ['release again']
    case 'reviewing':
    case null:
      return []
  }
}

export function startFix(person: Person, people: People, nowMs: number): void {
  go(person, 'writing the fix', nowMs + delay(person, 'write fix', people.writeFix, person.pages.length - 1))
}

/** A person may take a bad release for a good one, and then looks again as the trouble goes on; or a good one for bad. */
function decide(person: Person, people: People, nowMs: number, view: PersonView): PersonAct[] {
  const { decision } = people
  const turn = [person.pages.length - 1, person.looks] as const
  const errs = view.releaseIsBad
    ? happens(person, 'missed rollback', decision.missedRollback, ...turn)
    : happens(person, 'false rollback', decision.falseRollback, ...turn)
  // Whoever has read what is wrong does not err.
  const rollsBack = view.releaseIsBad !== (errs && !person.knowsCause)
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
    const searchMs = delay(person, 'find cause', people.findCause, person.pages.length - 1) + person.misledMs
    go(person, 'finding the cause', person.knowsCause ? nowMs : Math.max(nowMs, person.lookedAtMs + searchMs))
  } else if (person.stage === 'rolling back' || view.reverted) clear(person, people, nowMs, view)
  else person.stage = null
}

/** It is not the release. Somebody else may have ended it meanwhile. */
function turnToRemedy(person: Person, people: People, nowMs: number, view: PersonView): void {
  const call = person.pages.length - 1
  if (view.remedy !== null) {
    const prepareMs = person.knowsCause ? 0 : delay(person, 'apply remedy', people.applyRemedy, call)
    go(person, 'applying the remedy', nowMs + prepareMs)
  } else if (view.reverted) clear(person, people, nowMs, view)
  else person.stage = null
}

/** Someone finds that nothing is wrong with a release that was taken back. */
function clear(person: Person, people: People, nowMs: number, view: PersonView): void {
  const call = person.pages.length - 1
  if (view.releaseIsBad || view.releaseUnderWay) person.stage = null
  else if (person.knowsCause) go(person, 'clearing', nowMs)
  else go(person, 'clearing', nowMs + delay(person, 'clear suspicion', people.clearSuspicion, call))
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
