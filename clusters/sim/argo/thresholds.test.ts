import { describe, expect, test } from 'vitest'
import type { AnalysisTemplate } from '../../manifests/argo-types.ts'
import { compileConditions } from '../expr/condition.ts'
import { firstLimit, thresholdOf, withErrorLimit, withLimit } from './thresholds.ts'

const metricOf = (failureCondition?: string, successCondition?: string) =>
  ({ name: 'm', provider: {}, failureCondition, successCondition }) as never
const templateOf = (failureCondition?: string, successCondition?: string): AnalysisTemplate =>
  ({ metadata: { name: 't' }, spec: { metrics: [metricOf(failureCondition, successCondition)] } }) as never

const measured = (value: number) => ({ kind: 'vector', values: [value] }) as const

test.each([
  ['len(result) > 0 && result[0] >= 0.05', 0.05],
  ['result[0] > 5e-2', 0.05],
  ['0.5 < result', 0.5],
  ['isNaN(result[0]) || result[0] >= 100', 100],
  ['len(result) > 2', undefined],
  ['result[0] > 0.1 || result[0] < 0.01', undefined],
  ['result[0] >= ', undefined],
  ['result[0] == 1', undefined],
])('the limit in `%s` is %s', (condition, expected) => {
  expect(thresholdOf(metricOf(condition))).toBe(expected)
})

describe('another limit', () => {
  test.each([
    ['len(result) > 0 && result[0] >= 0.05', 0.09],
    ['result[0] >= 0.05', 0.000001],
    ['result[0] >= 5e-2', 12],
  ])('in `%s` judges by %d and leaves the rest of the condition', (condition, toValue) => {
    const before = templateOf(condition)
    const changed = withLimit([before], 't', 'm', toValue)
    if (typeof changed === 'string') throw new Error(changed)
    const [metric] = changed.templates[0]!.spec.metrics!
    expect(changed.fromValue).toBe(0.05)
    expect(thresholdOf(metric!)).toBe(toValue)
    const assess = compileConditions('', metric!.failureCondition!)
    expect(assess(measured(toValue)).phase).toBe('Failed')
    expect(assess(measured(toValue * 0.99)).phase).toBe('Successful')
    expect(before.spec.metrics![0]!.failureCondition).toBe(condition)
    const back = withLimit(changed.templates, 't', 'm', 0.05)
    if (typeof back === 'string') throw new Error(back)
    expect(thresholdOf(back.templates[0]!.spec.metrics![0]!)).toBe(0.05)
  })

  test('goes into both conditions where they share it', () => {
    const changed = withLimit([templateOf('result[0] >= 0.05', 'result[0] < 0.05')], 't', 'm', 0.08)
    if (typeof changed === 'string') throw new Error(changed)
    expect(changed.templates[0]!.spec.metrics).toMatchObject([
      { failureCondition: 'result[0] >= 0.08', successCondition: 'result[0] < 0.08' },
    ])
  })

  test('leaves a second limit, beyond which a value is good, as it is', () => {
    const changed = withLimit([templateOf('result[0] >= 0.05', 'result[0] < 0.01')], 't', 'm', 0.08)
    if (typeof changed === 'string') throw new Error(changed)
    expect(changed.templates[0]!.spec.metrics).toMatchObject([
      { failureCondition: 'result[0] >= 0.08', successCondition: 'result[0] < 0.01' },
    ])
  })

  test.each([
    ['x', 'm', /no AnalysisTemplate x/],
    ['t', 'x', /no metric x/],
    ['t', 'm', /no single limit/],
  ])('is refused where there is none: %s/%s', (template, metric, reason) => {
    expect(withLimit([templateOf('len(result) > 0')], template, metric, 1)).toMatch(reason)
  })
})

test.each([
  ['failureCondition', templateOf('result[0] >= 0.05'), 0.01],
  ['successCondition of a good share', templateOf(undefined, 'result[0] >= 0.95'), 0.99],
  ['nothing', templateOf('len(result) > 0'), undefined],
])('an error ratio of 1 %% as limit, in a %s', (_, template, expected) => {
  expect(firstLimit(withErrorLimit([template], 0.01))?.value).toBe(expected)
})
