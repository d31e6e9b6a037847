import { describe, expect, test } from 'vitest'
import type { AnalysisRun } from '../../../clusters/sim/argo/analysis-run.ts'
import type { RolloutState } from '../../../clusters/sim/argo/state.ts'
import { createWorld } from '../../../clusters/sim/simulator.ts'
import { scenarioOf, settingOf } from '../fixtures/trials.ts'
import { limitToWiden } from './limit-to-widen.ts'

const { rollout } = createWorld(settingOf(scenarioOf('error-ratio')), 'live')

/** A rollout whose last run of the shipped template, with this condition, failed by these values. */
function failed(condition: string, values: readonly string[], now = condition): RolloutState {
  const metric = { name: 'error-rate', failureCondition: condition, successCondition: '' }
  const measurements = values.map(value => ({ phase: 'Failed', value }))
  const run = {
    phase: 'Failed',
    spec: { metrics: [metric] },
    results: [{ name: 'error-rate', phase: 'Failed', measurements }],
  }
  const [template] = rollout.templates
  const metrics = template!.spec.metrics!.map(one => ({ ...one, failureCondition: now }))
  const templates = [{ ...template!, spec: { ...template!.spec, metrics } }]
  return { ...rollout, runs: [run as unknown as AnalysisRun], templates }
}

describe('a limit that was too tight', () => {
  test.each([
    ['is widened once where that is enough', 'result[0] >= 0.01', ['[0.012]', '[0.0149]'], 0.015],
    ['is widened until the worst value passes', 'result[0] >= 0.01', ['[0.012]', '[0.03]'], 0.03375],
    ['that has to be exceeded comes down', 'result[0] < 100', ['[80]'], 100 / 1.5],
    ['of a share near 1 moves by what is missing to 1', 'result[0] < 0.99', ['[0.986]'], 0.985],
  ])('%s', (_, condition, values, toValue) => {
    const wider = limitToWiden(failed(condition, values), 1.5)
    expect(wider).toMatchObject({ template: 'error-rate', metric: 'error-rate' })
    expect(wider!.toValue).toBeCloseTo(toValue, 9)
  })

  test('is left alone when somebody has widened it enough since, and widened further when not', () => {
    expect(limitToWiden(failed('result[0] >= 0.01', ['[0.012]'], 'result[0] >= 0.013'), 1.5)).toBeNull()
    expect(limitToWiden(failed('result[0] >= 0.01', ['[0.012]'], 'result[0] >= 0.011'), 1.5)!.toValue).toBeCloseTo(
      0.0165,
      9,
    )
  })

  test('is not known where no run has failed', () => {
    expect(limitToWiden(rollout, 1.5)).toBeNull()
  })
})
