import { describe, expect, it } from 'vitest'
import type { AnalysisTemplate } from '../manifests/argo-types.ts'
import { queriedSeries } from './queried-series.ts'

function template(...queries: string[]): AnalysisTemplate {
  const metrics = queries.map((query, i) => ({ name: `m${i}`, provider: { prometheus: { query } } }))
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 't' }, spec: { metrics } }
}

describe('what the queries read', () => {
  it('is every metric, as far back as the longest range or the look-back of five minutes', () => {
    const templates = [
      template('sum(rate(a_total{pod="x"}[10m] offset 1m)) / b'),
      template('vector(1)', 'rate(c[30s])'),
    ]
    expect(queriedSeries(templates)).toEqual({ metrics: ['a_total', 'b', 'c'], reachMs: 660_000 })
  })

  it('does not depend on arguments in quotes', () => {
    const templates = [template('rate(a{hash="{{args.hash}}", code=~"{{ args.code }}.."}[60s])')]
    expect(queriedSeries(templates)).toEqual({ metrics: ['a'], reachMs: 60_000 })
  })

  it.each([
    ['the metric is an argument', 'rate({{args.metric}}[60s])'],
    ['a part of its name is', "rate(http_{{args.kind}}_total[60s]) # don't"],
    ['the range is', 'rate(a[{{args.window}}])'],
    ['a selector has no name', 'sum({pod="x"})'],
    ['it cannot be read', 'sum(a'],
  ])('is everything for ever where %s', (_, query) => {
    expect(queriedSeries([template('b', query)])).toEqual({ metrics: null, reachMs: Number.POSITIVE_INFINITY })
  })

  it('is nothing without templates', () => {
    expect(queriedSeries([])).toEqual({ metrics: [], reachMs: 0 })
  })
})
