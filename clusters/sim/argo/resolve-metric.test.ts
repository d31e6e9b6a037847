import { describe, expect, test } from 'vitest'
import type { AnalysisTemplate, AnalysisTemplateSpec, Metric } from '../../manifests/argo-types.ts'
import { resolveRunSpec } from './resolve-metric.ts'
import { findTemplates, mergeTemplates } from './template-merge.ts'

const metric: Metric = { name: 'm', interval: '1m30s', provider: { prometheus: { query: 'q' } } }

function template(
  name: string,
  spec: AnalysisTemplateSpec,
  kind: AnalysisTemplate['kind'] = 'AnalysisTemplate',
): AnalysisTemplate {
  return { apiVersion: 'argoproj.io/v1alpha1', kind, metadata: { name }, spec }
}

function resolve(changes: Partial<Metric>, rest: Partial<Parameters<typeof resolveRunSpec>[0]> = {}) {
  return resolveRunSpec({
    metrics: [{ ...metric, ...changes }],
    args: [],
    dryRun: [],
    measurementRetention: [],
    ...rest,
  })
}

test('defaults are made explicit', () => {
  expect(resolve({}).metrics[0]).toMatchObject({
    intervalMs: 90_000,
    initialDelayMs: null,
    count: null,
    failureLimit: 0,
    inconclusiveLimit: 0,
    consecutiveErrorLimit: 4,
    consecutiveSuccessLimit: 0,
    retention: 10,
    dryRun: false,
  })
})

test.each([
  [{ count: undefined, interval: '' }, 1],
  [{ count: 0 }, null],
  [{ count: '7' }, 7],
  [{ count: 'seven' }, null],
  [{ count: '{{args.n}}' }, 3],
])('of %j the count is %j', (changes, count) => {
  expect(resolve(changes as Partial<Metric>, { args: [{ name: 'n', value: '3' }] }).metrics[0]).toMatchObject({ count })
})

// Messages of utils/analysis/factory.go, ValidateMetric.
test.each<[Partial<Metric>, string]>([
  [{ failureLimit: -2 }, 'failureLimit must be >= 0, or -1 to be disabled'],
  [{ failureLimit: -1 }, 'failureLimit and consecutiveSuccessLimit cannot both be disabled'],
  [{ consecutiveSuccessLimit: -1 }, 'consecutiveSuccessLimit must be >= 0'],
  [{ inconclusiveLimit: -1 }, 'inconclusiveLimit must be >= 0'],
  [{ consecutiveErrorLimit: -1 }, 'consecutiveErrorLimit must be >= 0'],
  [{ count: 1, failureLimit: 2 }, 'count (1) must be >= failureLimit + consecutiveSuccessLimit (2 + 0) if both >= 0'],
  [{ count: 1, failureLimit: -1, consecutiveSuccessLimit: 2 }, 'count must be >= consecutiveSuccessLimit'],
  [{ count: 1, inconclusiveLimit: 2 }, 'count must be >= inconclusiveLimit'],
  [{ count: 2, interval: '' }, 'interval must be specified when count > 1'],
  [{ provider: {} }, 'no provider specified'],
  [{ provider: { prometheus: { query: 'q' }, web: {} } }, 'multiple providers specified'],
])('a metric with %j ends the run in Error: %s', (changes, problem) => {
  expect(resolve(changes).error).toBe(`Analysis spec invalid: metrics[0]: ${problem}`)
})

test('rules for metric names are expressions that may match anywhere; one that matches nothing is an error', () => {
  const retention = [{ metricName: 'm', limit: 3 }]
  expect(
    resolve({ name: 'my-metric' }, { dryRun: [{ metricName: 'met' }], measurementRetention: retention }).metrics[0],
  ).toMatchObject({
    dryRun: true,
    retention: 3,
  })
  expect(resolve({}, { dryRun: [{ metricName: '^x' }] }).error).toBe(
    "Analysis spec invalid: dryRun[0]: Rule didn't match any metric name(s)",
  )
  expect(resolve({}, { dryRun: [{ metricName: '*' }] }).error).toContain('dryRun[0]')
})

test('an argument is put in as text, with its quotes', () => {
  const resolved = resolve(
    { provider: { prometheus: { query: 'q{a="{{ args.label }}"}' } } },
    { args: [{ name: 'label', value: 'a"b\n' }] },
  )
  expect(resolved.metrics[0]!.provider.prometheus!.query).toBe('q{a="a"b\n"}')
})

describe('templates', () => {
  const inner = template('inner', { metrics: [{ ...metric, name: 'inner' }] })
  const cluster = template('shared', { metrics: [{ ...metric, name: 'shared' }] }, 'ClusterAnalysisTemplate')
  const outer = template('outer', {
    templates: [{ templateName: 'inner' }, { templateName: 'shared', clusterScope: true }],
    metrics: [metric],
  })
  const all = [inner, cluster, outer]

  test('bring those that they name along, each once, cluster templates last', () => {
    const found = findTemplates(
      [{ templateName: 'shared', clusterScope: true }, { templateName: 'outer' }, { templateName: 'inner' }],
      all,
    )
    expect(found).toEqual([outer, inner, cluster])
  })

  test('that are missing are named', () => {
    const nested = template('nested', { templates: [{ templateName: 'absent' }] })
    expect(findTemplates([{ templateName: 'nested' }], [nested])).toEqual({
      missing: { templateName: 'absent' },
      nested: true,
    })
  })

  test('may not bring the same metric twice', () => {
    expect(mergeTemplates([outer, template('other', { metrics: [metric] })], [], {})).toBe(
      "two metrics have the same name 'm'",
    )
  })

  test('may name the same argument with one value only', () => {
    const one = template('one', { args: [{ name: 'a', value: '1' }] })
    const two = template('two', { args: [{ name: 'a', value: '2' }, { name: 'b' }] })
    expect(mergeTemplates([one, two], [], {})).toBe(
      "Argument `a` specified multiple times with different values: '1', '2'",
    )
    expect(mergeTemplates([template('open', { args: [{ name: 'a' }] }), one], [], {})).toMatchObject({
      args: [{ name: 'a', value: '1' }],
    })
  })

  test('take the values of the rollout for what they declare, and need one for each', () => {
    const declaring = template('declaring', { args: [{ name: 'a', value: 'default' }, { name: 'b' }] })
    expect(mergeTemplates([declaring], [{ name: 'a', value: 'own' }], {})).toBe('args.b was not resolved')
    const given = [
      { name: 'b', value: '' },
      { name: 'c', value: 'dropped' },
    ]
    expect(mergeTemplates([declaring], given, {})).toMatchObject({
      args: [
        { name: 'a', value: 'default' },
        { name: 'b', value: '' },
      ],
    })
  })
})
