import type { People } from '../../model/parameters/people.ts'
import { delay, draw, happens, type Person, timeOfDay } from './person.ts'

/**
 * When a page is acknowledged; null where nobody answers it at any level. A level that does not answer costs the wait of an escalation:
 * its message is lost, or its responder is not there, or, at the first one, takes one more alert of a kind for noise.
 * @param call number of this page, from 0; the person knows it among their pages already
 */
export function acknowledgementMs(person: Person, people: People, nowMs: number, call: number): number | null {
  const { page, fatigue } = people
  const shift = person.pages.slice(0, call).filter(({ atMs }) => atMs > nowMs - fatigue.shift.ms)
  const repeats = shift.filter(({ kind }) => kind === person.pages[call]!.kind).length
  const attempts = page.escalationLevels.value * page.escalationLoops.value
  for (let attempt = 0; attempt < attempts; attempt++) {
    const atMs = nowMs + attempt * page.escalation.ms
    const isNoise = attempt === 0 && draw(person, 'prompt', call) > fatigue.repeatedAlertFactor.value ** repeats
    const time = timeOfDay(person, people, atMs)
    const isLost = happens(person, 'lost', page.lost, call, attempt)
    if (isNoise || isLost || happens(person, 'no answer', page.noAnswer[time], call, attempt)) continue
    const acknowledgement = delay(person, 'acknowledge', page.acknowledgement[time], call)
    const slowness = slownessOf(person, people, nowMs, call) * page.acknowledgementFactor.value
    return atMs + delay(person, 'deliver', page.delivery, call) + acknowledgement * slowness
  }
  return null
}

/** How many times as long as usual a person takes who was called too often in this shift. */
export function slownessOf({ pages }: Person, { fatigue }: People, nowMs: number, call: number): number {
  const earlier = pages.slice(0, call).filter(({ atMs }) => atMs > nowMs - fatigue.shift.ms).length
  return earlier >= fatigue.pagesBefore.value ? fatigue.slowness.value : 1
}
