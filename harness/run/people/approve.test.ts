import { describe, expect, test } from 'vitest'
import { shippedParameters } from '../../model/fixtures/parameters.ts'
import { approve } from './approve.ts'
import { createPerson, timeOfDay } from './person.ts'

const hourMs = 3_600_000
const { people } = shippedParameters
const { approval } = people
const n = 5000

const times = [
  ['day', 12 * hourMs],
  ['night', 2 * hourMs],
] as const

const asked = (startsAtMs: number, isCorrect: boolean) =>
  Array.from({ length: n }, (_, seed) => approve(createPerson(seed, 'any', startsAtMs), people, 1000, isCorrect))

/** Four standard deviations of a share of n. */
const tolerance = (share: number) => 4 * Math.sqrt((share * (1 - share)) / n)

describe.each(times)('whoever is asked by %s', (time, startsAtMs) => {
  const right = asked(startsAtMs, true)
  const wrong = asked(startsAtMs, false)
  const shareOf = (answers: typeof right, answer: string) => answers.filter(one => one.answer === answer).length / n

  test('says nothing as often as stated, whatever the action is, and then until the time is over', () => {
    const { share } = approval.noAnswer[time]
    for (const answers of [right, wrong])
      expect(Math.abs(shareOf(answers, 'none') - share)).toBeLessThan(tolerance(share))
    for (const { answer, atMs } of right) {
      if (answer === 'none') expect(atMs).toBe(1000 + approval.timeout.ms)
      else expect(atMs).toBeLessThanOrEqual(1000 + approval.timeout.ms)
    }
  })

  test('rejects right actions and approves wrong ones as often as stated', () => {
    const answering = 1 - approval.noAnswer[time].share
    const rejected = answering * approval.rejectsRight.share
    expect(Math.abs(shareOf(right, 'rejected') - rejected)).toBeLessThan(tolerance(rejected))
    const approved = answering * approval.acceptsWrong.share
    expect(Math.abs(shareOf(wrong, 'approved') - approved)).toBeLessThan(tolerance(approved))
  })

  test('takes as long for right as for wrong, the draws being keyed', () => {
    expect(wrong.map(({ atMs }) => atMs)).toEqual(right.map(({ atMs }) => atMs))
  })
})

test('each question is answered anew', () => {
  const person = createPerson(1, 'any', 0)
  const first = approve(person, people, 0, true)
  expect(approve(person, people, 0, true)).not.toEqual(first)
})

test.each([
  [21.99, 'day'],
  [22, 'night'],
  [23.99, 'night'],
  [24, 'night'],
  [31.99, 'night'],
  [32, 'day'],
])('at %d h of the clock it is %s', (hours, time) => {
  expect(timeOfDay(createPerson(1, 'any', 12 * hourMs), people, (hours - 12) * hourMs)).toBe(time)
})

test('a night may lie within one day', () => {
  const night = { from: { ms: hourMs, source: 'test' }, to: { ms: 5 * hourMs, source: 'test' } }
  const times = [0, 1, 4, 5, 23].map(hours =>
    timeOfDay(createPerson(1, 'any', 0), { ...people, night }, hours * hourMs),
  )
  expect(times).toEqual(['day', 'night', 'night', 'day', 'day'])
})
