import { expect, test } from 'vitest'
import { calm, reverted, unnoticed } from '../harness/judge/fixtures/trials.ts'
import type { TrialFacts } from '../harness/judge/instants.ts'
import type { TrialResult } from '../harness/judge/trial-result.ts'
import type { Level } from '../harness/model/effect.ts'
import type { Variant } from '../harness/model/scenario.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from '../harness/run/fixtures/trials.ts'
import { runningEstimates } from './running-estimates.ts'

const scenarios = [scenarioOf('error-ratio'), scenarioOf('memory-leak'), scenarioOf('feature-flag')]
const levels = ['L0', 'L1', 'L2'] as const
const rows = [...levels.map(level => rowOf('careful', level)), rowOf('random')]
const plan = planOf(scenarios, [{ subject: shippedSubject, rows }])

function trial(scenario: string, variant: Variant, level: Level, facts: TrialFacts, policy = 'careful'): TrialResult {
  const id = [scenario, variant, policy, level, 1].join('/')
  return { id, scenario, family: '', variant, seed: 1, policy, level, digest: '', facts }
}

test('nothing is known of nothing', () => {
  expect(runningEstimates(plan).lines()).toEqual([])
})

test('recall and false actions are told with their intervals, once for neighbouring levels of the same', () => {
  const estimates = runningEstimates(plan)
  for (const level of levels) {
    estimates.add(trial('error-ratio', 'faulty', level, level === 'L0' ? unnoticed : reverted))
    estimates.add(trial('error-ratio', 'twin', level, calm))
    estimates.add(trial('error-ratio', 'twin', level, level === 'L2' ? { ...calm, actions: ['abort'] } : calm))
  }
  expect(estimates.lines()).toEqual([
    'careful L0: recall 0% 0–79.3, false actions 0% 0–65.8',
    'careful L1: recall 100% 20.7–100, false actions 0% 0–65.8',
    'careful L2: recall 100% 20.7–100, false actions 50% 9.5–90.5',
  ])
})

test('what is in no figure of the result is in none of these', () => {
  const estimates = runningEstimates({ ...plan, suite: { ...plan.suite, heldOut: ['leak'] } })
  estimates.add(trial('error-ratio', 'faulty', 'L1', { ...reverted, valid: false }))
  estimates.add(trial('memory-leak', 'faulty', 'L1', reverted))
  estimates.add(trial('feature-flag', 'faulty', 'L1', reverted))
  estimates.add(trial('error-ratio', 'faulty', 'L1', reverted, 'random'))
  expect(estimates.lines()).toEqual([])
})
