import { describe, expect, test } from 'vitest'
import { planLooks } from '../../judge/sequential.ts'
import { faults } from '../../model/fault.ts'
import { faultOf, scenarioDocument, variantsOf } from '../../model/scenario.ts'
import { plannedVariants, suiteDocument } from '../../model/suite.ts'
import { binomialCdf } from '../../stats/binomial.ts'
import { claimHigh } from '../../stats/proportion.ts'
import { spentLevel } from '../../stats/sequential.ts'
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

/** Of one size each, for runs of minutes on a real cluster: statistics are of their sisters, of which the seed draws the size. */
const isSmoke = (name: string) => name.endsWith('-smoke')
const counted = shippedNames('catalogue').filter(name => !isSmoke(name) || name === 'error-ratio-smoke')

test('the suite catalogue has every shipped scenario', () => {
  expect(suite('catalogue').scenarios.toSorted()).toEqual(counted)
})

const scenarioNamed = (name: string) =>
  loadDocument('catalogue', optionMention('scenario', name), scenarioDocument, [])!.value.spec

test('the suite nightly has every shipped scenario too', () => {
  expect(suite('nightly').scenarios.toSorted()).toEqual(counted)
})

test('what the suites for real clusters have is of one size', () => {
  const real = shippedNames('suites')
    .map(suite)
    .filter(({ backend }) => backend === 'kind')
  expect(real.flatMap(({ scenarios: named }) => named).filter(name => !isSmoke(name))).toEqual([])
})

test('the suite fidelity has five faulty deploys and three good ones', () => {
  const fidelity = suite('fidelity')
  const variants = fidelity.scenarios.flatMap(name => plannedVariants(fidelity, { ...scenarioNamed(name), name }))
  expect(variants.toSorted()).toEqual([...Array(5).fill('faulty'), 'scare', 'scare', 'twin'])
})

test('the suite quick is short', () => {
  expect(suite('quick').scenarios.length).toBeLessThanOrEqual(12)
})

describe.each(shippedNames('suites'))('the suite %s', name => {
  const { scenarios: named, seeds, criteria, heldOut, description, backend } = suite(name)
  const own = named.filter(one => !heldOut.includes(scenarioNamed(one).family))
  const twins = seeds * own.filter(isTwinned).length

  // A run on a real cluster makes no claim about rates.
  test('is at least half controls, where it is simulated', () => {
    if (backend === 'kind') return expect(criteria).toEqual([])
    const variants = named.flatMap(one => variantsOf(scenarioNamed(one)))
    expect(2 * variants.filter(variant => variant !== 'faulty').length).toBeGreaterThanOrEqual(variants.length)
  })

  test('has the twins that its criteria need, were all of them left alone', () => {
    for (const { measure, bound } of criteria)
      if (measure.endsWith('.twins')) expect(claimHigh(0, twins), measure).toBeLessThan(bound)
  })

  test('says what it is for', () => {
    expect(description.length).toBeGreaterThan(20)
  })
})

test('the suite pre-promotion shows less than 1 % where the true rate is 0.3 %, nearly always, also at its last look', () => {
  const { scenarios: named, seeds, heldOut, criteria } = suite('pre-promotion')
  const own = named.filter(one => !heldOut.includes(scenarioNamed(one).family))
  const twins = seeds * own.filter(isTwinned).length
  expect(twins).toBeGreaterThanOrEqual(2000)
  expect(criteria.map(({ text }) => text)).toContain('L1 falseActionRate.twins < 1%')
  const looks = planLooks(seeds)
  const confidence = 1 - spentLevel(0.05, looks, looks.length - 1)
  const most = Array.from({ length: 100 }, (_, count) => count).findLast(
    count => claimHigh(count, twins, confidence) < 0.01,
  )!
  expect(binomialCdf(most, twins, 0.003)).toBeGreaterThan(0.95)
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
