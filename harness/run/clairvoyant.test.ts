import { describe, expect, test } from 'vitest'
import { eventsOf, planOf, rowOf, scenarioOf, shippedSubject, trialOf } from './fixtures/trials.ts'
import { runUnit } from './run-unit.ts'

const clairvoyant = rowOf('clairvoyant')

describe('who knows what is wrong', () => {
  test.each([
    ['error-ratio', 1, 'abort'],
    ['crash-at-start', 2, 'abort'],
    ['late-route', 1, 'undo'],
    ['feature-flag', 1, 'flagOff'],
    ['capacity', 1, 'scale'],
  ])('ends the fault from the end of the cell of onset on: %s', (name, seed, operation) => {
    const trial = trialOf(scenarioOf(name), { variant: 'faulty', seed, row: clairvoyant })
    const { facts } = trial.result
    const [deed, ...others] = eventsOf(trial, 'operation.started')
    expect(others).toEqual([])
    expect(deed).toMatchObject({
      t: (Math.floor(facts.onsetMs! / 5000) + 1) * 5000,
      data: { operation, actor: 'engine' },
    })
    expect(facts.actedMs).toBe(deed!.t)
    expect(facts.recoveredMs).not.toBeNull()
    expect(eventsOf(trial, 'page.sent')).toEqual([])
  })

  test.each(['error-ratio', 'feature-flag'])('leaves a good release alone: %s', name => {
    const [own, nobody] = [clairvoyant, rowOf('null')].map(row =>
      trialOf(scenarioOf(name), { variant: 'twin', seed: 1, row }),
    )
    expect(eventsOf(own!, 'operation.started')).toEqual([])
    expect(own!.result.facts).toEqual(nobody!.result.facts)
  })

  test('leaves alone what no remedy makes better', () => {
    const scenario = scenarioOf('error-ratio')
    const [deploy] = scenario.deploys
    const hopeless = { ...scenario, deploys: [{ ...deploy!, truth: { ...deploy!.truth, remedies: [] } }] }
    const trial = trialOf(hopeless, { variant: 'faulty', seed: 1, row: clairvoyant })
    expect(eventsOf(trial, 'operation.started')).toEqual([])
  })

  test('has no more harm than who acts later or not at all', () => {
    const rows = ['careful', 'null', 'random', 'clairvoyant'].map(name => rowOf(name))
    const plan = planOf([scenarioOf('latency')], [{ subject: shippedSubject, rows }])
    for (const seed of [1, 2, 3]) {
      const { trials } = runUnit(plan, { index: 0, scenario: 0, variant: 'faulty', seed }, () => false)
      const least = trials.find(({ policy }) => policy === 'clairvoyant')!.facts
      for (const { policy, facts } of trials)
        expect(facts.badRequests, policy).toBeGreaterThanOrEqual(least.badRequests)
    }
  })
})
