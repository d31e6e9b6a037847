import { describe, expect, test } from 'vitest'
import type { Level } from '../model/effect.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from './fixtures/trials.ts'
import { runTrial, runUnit } from './run-unit.ts'
import { planUnits } from './suite-plan.ts'

function runAt(scenario: string, variant: 'faulty' | 'twin', levels: readonly Level[]) {
  const plan = planOf(
    [scenarioOf(scenario)],
    [{ subject: shippedSubject, rows: levels.map(level => rowOf('careful', level)) }],
  )
  const unit = planUnits(plan).find(one => one.variant === variant)!
  return { ...runUnit(plan, unit, () => false), plan, unit }
}

describe('levels', () => {
  test('that do the same share a world, and each has the log that it has alone', () => {
    const all = runAt('error-ratio', 'twin', ['L1', 'L2', 'L3', 'L4'])
    expect(all.looks).toBe(runAt('error-ratio', 'twin', ['L1']).looks)
    for (const trial of all.trials) expect(trial, trial.id).toEqual(runTrial(all.plan, all.unit, trial).trial)
    // Lines of the audit log tell the level.
    expect(new Set(all.trials.map(({ digest }) => digest)).size).toBe(4)
  })

  test('that differ part where they first do', () => {
    const all = runAt('error-ratio', 'faulty', ['L1', 'L3', 'L4'])
    const looks = (levels: readonly Level[]) => runAt('error-ratio', 'faulty', levels).looks
    expect(all.looks).toBe(looks(['L1', 'L3']))
    expect(all.looks).toBeGreaterThan(looks(['L1']))
    for (const trial of all.trials) expect(trial, trial.id).toEqual(runTrial(all.plan, all.unit, trial).trial)
  })
})
