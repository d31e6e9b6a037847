import { expect, test } from 'vitest'
import { eventsOf, planOf, rowOf, scenarioOf, shippedSubject, trialOf } from './fixtures/trials.ts'
import { traceTrial } from './trace-trial.ts'

const scenario = scenarioOf('error-ratio')
const row = rowOf('careful', 'L4')
const plan = planOf([scenario], [{ subject: shippedSubject, rows: [row, rowOf('null')] }])
const unit = { index: 0, scenario: 0, variant: 'faulty', seed: 1 } as const
const { trial, scores } = traceTrial(plan, unit, row)
const plain = trialOf(scenario, { row })

test('a trial that is followed has the log of one that is not', () => {
  expect(trial).toEqual(plain.result)
})

test('every detector is followed, and one that decides fires when the log says so', () => {
  expect(scores.map(({ detector }) => detector).sort()).toContain('onset-expert')
  for (const { t, data } of eventsOf(plain, 'detector.fired'))
    expect(scores.find(({ detector }) => detector === data.detector)?.firedMs).toContain(t)
})

test('a detector fires only where its score is at its limit or above', () => {
  for (const { limit, atMs, scores: values, firedMs } of scores) {
    for (const firedAtMs of firedMs) {
      const score = values[atMs.findLastIndex(ms => ms <= firedAtMs)]!
      expect(score).toBeGreaterThanOrEqual(limit ?? 0)
    }
  }
})

test('where nobody watches there is nothing to follow', () => {
  expect(traceTrial(plan, unit, rowOf('null')).scores).toEqual([])
})
