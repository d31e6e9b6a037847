import { describe, expect, test } from 'vitest'
import { shippedEnvironment } from '../../clusters/sim/fixtures/subject.ts'
import { type GroundTruth, type Remedy, remedies, symptoms } from '../model/ground-truth.ts'
import { type Scenario, truthOf } from '../model/scenario.ts'
import { disprove } from './disprove.ts'
import { scenarioOf, shippedSubject } from './fixtures/trials.ts'
import { evidenceOf } from './prove-scenario.ts'
import type { ControlEvidence } from './quiet-evidence.ts'

const odd = { t: 60_000, kind: 'pod', what: 'a restarts' } as const
const setting = { subject: shippedSubject, environment: shippedEnvironment, horizonMs: 1_800_000 }

const latency = scenarioOf('latency')
const ofLatency = evidenceOf(latency, setting)

function declaring(scenario: Scenario, truth: Partial<GroundTruth>): Scenario {
  const planted = <T extends { readonly truth: GroundTruth }>(one: T): T => ({
    ...one,
    truth: { ...one.truth, ...truth },
  })
  return scenario.incidents.length > 0
    ? { ...scenario, incidents: scenario.incidents.map(planted) }
    : { ...scenario, deploys: scenario.deploys.map(planted) }
}

/** Every single thing that could be declared otherwise; holding a deploy and leaving it alone are told apart by nothing in its worlds. */
function plantedErrors({ firstSymptom, remedies: right, deploy, page }: GroundTruth): Partial<GroundTruth>[] {
  const toggled = (remedy: Remedy) =>
    right.includes(remedy) ? right.filter(one => one !== remedy) : [...right, remedy]
  return [
    ...symptoms.filter(one => one !== firstSymptom).map(one => ({ firstSymptom: one })),
    ...remedies.map(remedy => ({ remedies: toggled(remedy) })),
    ...(deploy === 'revert' ? (['hold', 'leave'] as const) : (['revert'] as const)).map(one => ({ deploy: one })),
    ...(page === 'must' ? (['may', 'mustNot'] as const) : (['must'] as const)).map(one => ({ page: one })),
  ]
}

describe.each(['error-ratio', 'crash-at-start', 'never-ready', 'memory-leak', 'feature-flag'])('%s', name => {
  const scenario = scenarioOf(name)
  const evidence = evidenceOf(scenario, setting)
  const owner = scenario.incidents.length > 0 ? 'incidents' : 'deploys'

  test('proves what it declares', () => {
    expect(disprove(scenario, evidence)).toEqual([])
  })

  test.each(plantedErrors(truthOf(scenario, 'faulty')))('and not %j', truth => {
    const found = disprove(declaring(scenario, truth), evidence)
    expect(found.map(({ path }) => path)).toEqual([[owner, 0, 'truth', Object.keys(truth)[0]]])
  })
})

test.each<[Partial<GroundTruth>, RegExp]>([
  [{ firstSymptom: 'unready' }, /^`unready` is declared, and what shows is latency at 2m\d+s/],
  [{ remedies: ['abort'] }, /^`undo` is not declared, and undo ends the fault: begun at 6m\d+s, last touched at 1\dm/],
  [{ remedies: ['abort', 'undo', 'scale'] }, /^`scale` is declared, and scale does not end the fault: begun at 2m/],
  [{ remedies: ['abort', 'undo', 'flagOff'] }, /^`flagOff` is declared, and cannot be tried/],
  [{ deploy: 'leave' }, /^`leave` is declared, and abort and undo end the fault/],
  [{ page: 'may' }, /^`may` is declared, and \d+ more requests are bad .* the rollout is Healthy at 30m/],
])('%j is told with what was seen', (truth, message) => {
  expect(disprove(declaring(latency, truth), ofLatency)[0]!.message).toMatch(message)
})

test('all that is wrong is told at once', () => {
  const wrong = declaring(latency, { firstSymptom: 'errors', remedies: [], deploy: 'leave', page: 'may' })
  const keys = disprove(wrong, ofLatency).map(({ path }) => path.at(-1))
  expect(keys).toEqual(['firstSymptom', 'remedies', 'remedies', 'deploy', 'page'])
  expect(disprove(latency, ofLatency)).toEqual([])
})

test('a fault that comes after the horizon touches nothing', () => {
  const found = disprove(latency, evidenceOf(latency, { ...setting, horizonMs: 125_000 }))
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
  const evidence = ofLatency.map(one => ({ ...one, control: { ...one.control, ...control } }))
  const found = disprove(latency, evidence)
  expect(found[0]!.path).toEqual(['deploys', 0, 'fault'])
  expect(found[0]!.message).toMatch(message)
})

describe.each([
  ['tight-threshold', 'widenThreshold'],
  ['silent-analysis', 'retry'],
] as const)('a good release that its analysis blocks: %s', (name, right) => {
  const scenario = scenarioOf(name)
  const evidence = evidenceOf(scenario, setting)

  test('is let through by its remedy alone', () => {
    expect(disprove(scenario, evidence)).toEqual([])
    for (const { faulty } of evidence)
      expect(faulty!.tried.filter(({ helps }) => helps).map(({ remedy }) => remedy)).toEqual([right])
  })

  test.each([
    [{ remedies: [] }, new RegExp(`^\`${right}\` is not declared, and ${right} ends the fault`)],
    [{ remedies: [right, 'undo'] }, /^`undo` is declared, and undo does not end the fault/],
    [{ page: 'may' }, /^`may` is declared, .* the rollout is Degraded at 30m/],
    [{ firstSymptom: 'errors' }, /nothing shows/],
  ] as [Partial<GroundTruth>, RegExp][])('%j is told', (truth, message) => {
    expect(disprove(declaring(scenario, truth), evidence)[0]!.message).toMatch(message)
  })
})

describe.each(['saturated-database', 'threshold-hides-fault', 'retry-storm'])('what looks right in %s', name => {
  const scenario = scenarioOf(name)
  const evidence = evidenceOf(scenario, setting)

  test('does harm', () => {
    expect(disprove(scenario, evidence)).toEqual([])
    const { harmful } = truthOf(scenario, 'faulty')
    for (const { faulty } of evidence) expect(faulty!.harms.map(({ remedy }) => remedy)).toEqual(harmful)
  })
})

test.each<[Remedy, RegExp]>([
  ['restartPod', /^`restartPod` is declared, and begun at 2m\d+s it makes -?\d+ more requests bad/],
  ['retry', /^`retry` is declared, and there is no occasion for it/],
])('an operation that does no harm is not harmful: %s', (remedy, message) => {
  const found = disprove(
    declaring(latency, { harmful: [remedy] }),
    evidenceOf(declaring(latency, { harmful: [remedy] }), setting),
  )
  expect(found.map(one => one.path.at(-1))).toEqual(['harmful'])
  expect(found[0]!.message).toMatch(message)
})
