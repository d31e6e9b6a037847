import { expect, test } from 'vitest'
import { eventsOf, rowOf, scenarioOf, trialOf } from '../../harness/run/fixtures/trials.ts'
import { type TimelineFacts, timelineOf } from './timeline.ts'

const trial = trialOf(scenarioOf('bad-value'), { row: rowOf('careful', 'L4') })
const about: TimelineFacts = {
  trial: trial.result.id,
  family: 'config',
  why: 'typical',
  problem: null,
  replay: 'carmine replay',
  about: 'a bad value',
  truth: { page: 'must', deploy: 'revert', remedies: ['abort'], cause: 'a bad value' },
  scores: [{ detector: 'threshold', deciding: true, limit: 1, atMs: [0], scores: [0.123456], firedMs: [] }],
}
const timeline = timelineOf(trial.events, trial.result.facts, {
  ...about,
  truth: { ...about.truth, remedies: ['abort'] },
})

test('bad requests of all cells are those of the log', () => {
  const cells = eventsOf(trial, 'truth.cell')
  expect(timeline.users.bad).toEqual(cells.map(({ data }) => data.bad))
  expect(timeline.users.cellMs).toBe(5000)
})

test('diagnoses, pull requests and audit records are those of the log, each with its time', () => {
  expect(timeline.diagnoses.map(({ atMs }) => atMs)).toEqual(eventsOf(trial, 'diagnosis.made').map(({ t }) => t))
  expect(timeline.audit.map(({ atMs }) => atMs)).toEqual(eventsOf(trial, 'audit.recorded').map(({ t }) => t))
  expect(timeline.audit.map(({ seq }) => seq)).toEqual(timeline.audit.map((_, i) => i))
  const [proposal] = timeline.pullRequests
  expect(proposal).toMatchObject({ rule: eventsOf(trial, 'proposal.made')[0]!.data.rule, became: 'merged' })
})

test('opaque values and scores are as long as can be read', () => {
  for (const { changes } of timeline.pullRequests)
    for (const { fromValue, toValue } of changes)
      expect(Math.max(fromValue.length, toValue.length)).toBeLessThanOrEqual(48)
  expect(timeline.scores[0]!.scores).toEqual([0.123])
})
