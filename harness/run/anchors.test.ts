import { describe, expect, test } from 'vitest'
import { allRows } from './fixtures/all-rows.ts'
import { eventsOf, planOf, rowOf, scenarioOf, settingOf, type Trial, trialOf } from './fixtures/trials.ts'
import { randomAbortMs } from './random-driver.ts'
import { runUnit } from './run-unit.ts'

const names = ['error-ratio', 'latency', 'crash-at-start'] as const
const variants = ['faulty', 'twin'] as const
const seeds = [1, 2]

const cases = names.flatMap(name => variants.flatMap(variant => seeds.map(seed => ({ name, variant, seed }))))

function deedsOf(trial: Trial) {
  const { deployedMs } = trial.result.facts
  const operations = eventsOf(trial, 'operation.started').map(({ t, data }) => [t, data.actor, data.operation])
  return { deployedMs, operations }
}

describe('null', () => {
  test.each(cases)('does nothing and tells nobody: $name, $variant, seed $seed', ({ name, variant, seed }) => {
    const trial = trialOf(scenarioOf(name), { variant, seed, row: rowOf('null') })
    for (const type of ['operation.started', 'rollout.aborted', 'detector.fired', 'page.sent'] as const)
      expect(eventsOf(trial, type)).toEqual([])
    expect(trial.result.facts).toMatchObject({ revertedMs: {}, paged: false, detectedMs: null, recoveredMs: null })
    // A faulty release that nobody stops goes out to all pods, unless its pods never run.
    expect(trial.result.facts.endPhase).toBe(name === 'crash-at-start' && variant === 'faulty' ? 'Degraded' : 'Healthy')
  })

  test('has recall 0, and the most harm of all rows that see the same trial', () => {
    const plan = planOf([scenarioOf('error-ratio')], allRows().slice(0, 1), { seeds: seeds.length })
    for (const seed of seeds) {
      const { trials } = runUnit(plan, { index: 0, scenario: 0, variant: 'faulty', seed }, () => false)
      const bad = new Map(trials.map(({ policy, level, facts }) => [`${policy}/${level}`, facts.badRequestsToEnd]))
      for (const [row, badRequests] of bad) expect(badRequests, row).toBeLessThanOrEqual(bad.get('null/L1')!)
      expect(bad.get('careful/L1')).toBeLessThan(bad.get('null/L1')! / 2)
    }
  })
})

describe('always-roll-back', () => {
  test.each(cases)('reverts at first sight: $name, $variant, seed $seed', ({ name, variant, seed }) => {
    const trial = trialOf(scenarioOf(name), { variant, seed, row: rowOf('always-roll-back') })
    const { deployedMs, operations } = deedsOf(trial)
    expect(operations[0]).toEqual([deployedMs, 'engine', 'abort'])
    expect(eventsOf(trial, 'rollout.aborted')[0]).toMatchObject({ t: deployedMs! + 200, data: { actor: 'engine' } })
    expect(trial.result.facts.revertedMs.engine).toBe(deployedMs)
  })
})

describe('random', () => {
  test('throws the same coin at the same time for a trial and its twin', () => {
    let acted = 0
    for (const name of names) {
      for (let seed = 1; seed <= 20; seed++) {
        const [faulty, twin] = variants.map(variant =>
          randomAbortMs(settingOf(scenarioOf(name), { variant, seed }).plan),
        )
        expect(faulty).toBe(twin)
        if (faulty === null || faulty === undefined) continue
        acted++
        expect(faulty).toBeGreaterThanOrEqual(120_000)
        expect(faulty).toBeLessThanOrEqual(1_800_000)
      }
    }
    // 60 coins: within four standard deviations of a half.
    expect(Math.abs(acted - 30)).toBeLessThanOrEqual(4 * Math.sqrt(60 / 4))
  })

  test('takes the release back when it acts, also one that is promoted', () => {
    const scenario = scenarioOf('error-ratio')
    const acting = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].filter(
      seed => randomAbortMs(settingOf(scenario, { seed }).plan) !== null,
    )
    const seen = new Set<unknown>()
    for (const seed of acting) {
      const trial = trialOf(scenario, { seed, row: rowOf('random') })
      const [deed, ...others] = deedsOf(trial).operations
      expect(deed).toEqual([randomAbortMs(settingOf(scenario, { seed }).plan), 'engine', expect.anything()])
      expect(others.filter(([, actor]) => actor === 'engine')).toEqual([])
      seen.add(deed![2])
      const [good] = eventsOf(trial, 'traffic.shifted')
      expect(eventsOf(trial, 'traffic.shifted').at(-1)!.data, `seed ${seed}`).toEqual(good!.data)
    }
    expect([...seen].sort()).toEqual(['abort', 'undo'])
  })
})
