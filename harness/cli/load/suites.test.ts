import { expect, test } from 'vitest'
import { faults } from '../../model/fault.ts'
import { faultOf, scenarioDocument } from '../../model/scenario.ts'
import { suiteDocument } from '../../model/suite.ts'
import { claimHigh } from '../../stats/proportion.ts'
import { loadDocument, optionMention, shippedNames } from './documents.ts'

const suite = (name: string) => loadDocument('suites', optionMention('suite', name), suiteDocument, [])!.value.spec
const scenarios = shippedNames('catalogue').map(
  name => loadDocument('catalogue', optionMention('scenario', name), scenarioDocument, [])!.value.spec,
)

function isTwinned(name: string): boolean {
  const { scare, deploys } = loadDocument('catalogue', optionMention('scenario', name), scenarioDocument, [])!.value
    .spec
  return scare === undefined && deploys.length > 0
}

test('the suite catalogue has every shipped scenario', () => {
  expect(suite('catalogue').scenarios.toSorted()).toEqual(shippedNames('catalogue'))
})

test('the suite quick is short, and long enough for its criteria', () => {
  const { scenarios: named, seeds, criteria } = suite('quick')
  expect(named.length).toBeLessThanOrEqual(12)
  const twins = seeds * named.filter(name => isTwinned(name)).length
  for (const { measure, bound } of criteria) {
    if (measure.endsWith('.twins')) expect(claimHigh(0, twins), measure).toBeLessThan(bound)
  }
})

test('every kind of fault has a scenario', () => {
  const kinds = new Set(scenarios.map(spec => faultOf(spec)?.kind))
  expect(Object.keys(faults).filter(kind => !kinds.has(kind))).toEqual([])
})

test('what is noticed first does not tell the fault', () => {
  const kinds = Map.groupBy(scenarios, ({ deploys, incidents }) => (incidents[0] ?? deploys[0])!.truth.firstSymptom)
  const shared = [...kinds.values()].map(of => new Set(of.map(spec => faultOf(spec)?.kind)).size)
  expect(Math.max(...shared)).toBeGreaterThanOrEqual(3)
})

test('there are at least eight scares, each with a fault inside', () => {
  const scares = scenarios.filter(({ scare }) => scare !== undefined)
  expect(scares.length).toBeGreaterThanOrEqual(8)
  expect(scares.filter(spec => faultOf(spec) === undefined)).toEqual([])
})
