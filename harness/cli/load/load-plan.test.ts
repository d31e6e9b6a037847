import { afterEach, expect, test } from 'vitest'
import { InvalidInput } from '../../model/problem.ts'
import { planTrial } from '../../run/plan-trial.ts'
import { loadPlan } from './load-plan.ts'

const before = process.cwd()
afterEach(() => process.chdir(before))

test('a plan does not depend on the folder that it is loaded in', () => {
  const options = { suite: 'quick', seed: 1, lenient: false }
  const plans = ['/', import.meta.dirname, before].map(folder => {
    process.chdir(folder)
    return loadPlan(options).plan
  })
  expect(plans[1]).toEqual(plans[0])
  expect(plans[2]).toEqual(plans[0])
})

test('a scenario of the suite has the same trial in every plan that holds it', () => {
  const whole = loadPlan({ suite: 'quick', seed: 1, lenient: false }).plan
  const alone = loadPlan({ suite: 'quick', seed: 1, lenient: false, scenarios: ['latency'] }).plan
  const latency = whole.scenarios.find(({ name }) => name === 'latency')!
  expect(planTrial(alone.scenarios[0]!, 'faulty', 3, alone.horizonMs, alone.environment)).toEqual(
    planTrial(latency, 'faulty', 3, whole.horizonMs, whole.environment),
  )
})

test('a file that is missing is told, and not what would be missing without it', () => {
  const load = () => loadPlan({ suite: 'quick', seed: 1, lenient: false, rollout: 'none.yaml' })
  expect(load).toThrow(InvalidInput)
  expect(load).toThrow(/^none\.yaml:1:1: error: cannot be read: there is no such file$/)
})

test('a word of the command line has no line, and a file that is missing the nearest one of its folder', () => {
  const load = (policy: string) => () => loadPlan({ suite: 'quick', seed: 1, lenient: false, policies: [policy] })
  expect(load('scenarios/policies/carefull.yaml')).toThrow(
    /^--policy: there is no file `scenarios\/policies\/carefull\.yaml` \(did you mean `scenarios\/policies\/careful\.yaml`\?\)$/,
  )
  expect(load('no-folder/careful.yaml')).toThrow(/^--policy: there is no file `no-folder\/careful\.yaml`$/)
})
