import { describe, expect, test } from 'vitest'
import { shippedEnvironment } from '../../clusters/sim/fixtures/subject.ts'
import { disprove } from '../judge/disprove.ts'
import type { GroundTruth } from '../model/ground-truth.ts'
import type { Scenario } from '../model/scenario.ts'
import { scenarioOf, shippedSubject } from './fixtures/trials.ts'
import { evidenceOf } from './prove-scenario.ts'
import type { ControlEvidence } from './quiet-evidence.ts'

const odd = { t: 60_000, kind: 'pod', what: 'a restarts' } as const
const setting = { subject: shippedSubject, environment: shippedEnvironment, horizonMs: 1_800_000 }

function declaring(scenario: Scenario, truth: Partial<GroundTruth>): Scenario {
  return { ...scenario, deploys: scenario.deploys.map(one => ({ ...one, truth: { ...one.truth, ...truth } })) }
}

describe.each(['error-ratio', 'latency', 'crash-at-start'])('%s', name => {
  const scenario = scenarioOf(name)
  const evidence = evidenceOf(scenario, setting)

  test('proves what it declares', () => {
    expect(disprove(scenario, evidence)).toEqual([])
  })

  test.each<[Partial<GroundTruth>, Record<string, RegExp>]>([
    [{ firstSymptom: 'unready' }, { firstSymptom: /^`unready` is declared, and what shows is \w+ at 2m/ }],
    [{ firstSymptom: 'none' }, { firstSymptom: /^`none` is declared/ }],
    [{ remedies: ['abort'] }, { remedies: /^`undo` is not declared, and undo ends the fault: begun at/ }],
    [{ remedies: ['undo'] }, { remedies: /^`abort` is not declared, and abort ends the fault/ }],
    [{ remedies: ['abort', 'undo', 'flagOff'] }, { remedies: /^`flagOff` is declared, and cannot be tried/ }],
    [{ deploy: 'leave' }, { deploy: /^`leave` is declared, and abort and undo end the fault/ }],
    [{ deploy: 'hold' }, { deploy: /^`hold` is declared/ }],
    [{ page: 'may' }, { page: /^`may` is declared, and -?\d+ more requests are bad .* the rollout is \w+ at 30m/ }],
    [{ page: 'mustNot' }, { page: /^`mustNot` is declared/ }],
  ])('and not %j', (truth, keys) => {
    const found = disprove(declaring(scenario, truth), evidence)
    expect(found.map(({ path }) => path)).toEqual(Object.keys(keys).map(key => ['deploys', 0, 'truth', key]))
    for (const [i, message] of Object.values(keys).entries()) expect(found[i]!.message).toMatch(message)
  })
})

test('all that is wrong is told at once', () => {
  const scenario = declaring(scenarioOf('latency'), {
    firstSymptom: 'errors',
    remedies: [],
    deploy: 'leave',
    page: 'may',
  })
  const keys = disprove(scenario, evidenceOf(scenario, setting)).map(({ path }) => path.at(-1))
  expect(keys).toEqual(['firstSymptom', 'remedies', 'remedies', 'deploy', 'page'])
})

test('a fault that comes after the horizon touches nothing', () => {
  const found = disprove(scenarioOf('latency'), evidenceOf(scenarioOf('latency'), { ...setting, horizonMs: 125_000 }))
  expect(found).toContainEqual({
    path: ['deploys', 0, 'fault'],
    message: 'the fault touches nothing before the horizon (2m5s) (seed 1)',
  })
})

test.each<[string, Partial<ControlEvidence>, readonly (string | number)[], RegExp]>([
  ['is no scare where nothing is odd', {}, ['scare'], /nothing ever looks odd/],
  ['must touch nothing', { touchedMs: 60_000, oddities: [odd] }, ['deploys', 0, 'fault'], /is touched, at 1m/],
])('without its fault a scenario %s', (_, control, path, message) => {
  const calm = { touchedMs: null, phase: 'Healthy', oddities: [] }
  const evidence = [{ seed: 1, horizonMs: 1_800_000, faulty: undefined, control: { ...calm, ...control } }]
  const found = disprove(scenarioOf('dependency-outage'), evidence)
  expect(found.map(one => one.path)).toEqual([path])
  expect(found[0]!.message).toMatch(message)
})

test.each<[string, Partial<ControlEvidence>, RegExp]>([
  ['ends badly', { phase: 'Degraded' }, /the rollout ends Degraded/],
  ['has an ill pod', { oddities: [odd] }, /a pod is ill: a restarts, and no `scare` is declared/],
])('a twin that %s is none', (_, control, message) => {
  const scenario = scenarioOf('latency')
  const evidence = evidenceOf(scenario, setting).map(one => ({ ...one, control: { ...one.control, ...control } }))
  const found = disprove(scenario, evidence)
  expect(found[0]!.path).toEqual(['deploys', 0, 'fault'])
  expect(found[0]!.message).toMatch(message)
})
