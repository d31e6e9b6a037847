import type { People } from '../../model/parameters/people.ts'
import { lognormalQuantile } from '../../stats/quantiles.ts'
import { normalCdf } from '../../stats/special.ts'
import { draw, happens, type Person, type Question, timeOfDay } from './person.ts'

/**
 * What a person answers who is asked in chat to approve an action: nothing until the time for it is over, or something within it, right
 * or wrong. The answers that come follow the stated law restricted to that time, so that the share without an answer is the stated one.
 * @param isCorrect whether the action is the right one, which the person may judge wrongly
 */
export function approve(person: Person, people: People, nowMs: number, isCorrect: boolean): Omit<Question, 'effectId'> {
  const { approval } = people
  const turn = person.approvals++
  const time = timeOfDay(person, people, nowMs)
  const timeoutMs = approval.timeout.ms
  if (happens(person, 'no approval', approval.noAnswer[time], turn)) return { atMs: nowMs + timeoutMs, answer: 'none' }
  const { medianMs, sigma } = approval.time[time]
  const inTime = normalCdf(Math.log(timeoutMs / medianMs) / sigma)
  const ms = inTime > 0 ? lognormalQuantile(draw(person, 'approve', turn) * inTime, medianMs, sigma) : timeoutMs
  const isWrong = happens(person, 'misjudge approval', isCorrect ? approval.rejectsRight : approval.acceptsWrong, turn)
  return { atMs: nowMs + Math.round(ms), answer: isCorrect !== isWrong ? 'approved' : 'rejected' }
}

/** A question in chat: whoever is there answers it in their time, if at all. */
export function ask(person: Person, people: People, nowMs: number, effectId: string, isCorrect: boolean): void {
  if (person.isAway) return
  person.questions = [...person.questions, { effectId, ...approve(person, people, nowMs, isCorrect) }]
}
