import { describe, expect, test } from 'vitest'
import { type FieldTree, isList, isMap } from '../manifests/field-tree.ts'
import { readKinds } from '../manifests/kinds.ts'
import { verdictOf } from '../manifests/verdicts.ts'
import { analysisUseCases, templateCases } from './fixtures/honoured/analysis-cases.ts'
import { autoscalerCases } from './fixtures/honoured/autoscaler-cases.ts'
import type { FieldCase } from './fixtures/honoured/field-case.ts'
import { identityCases } from './fixtures/honoured/identity-cases.ts'
import { podCases } from './fixtures/honoured/pod-cases.ts'
import { rolloutCases, serviceCases } from './fixtures/honoured/rollout-cases.ts'
import { worldCases } from './fixtures/honoured/world-cases.ts'

const played: { readonly [kind: string]: readonly FieldCase[] } = {
  Rollout: [...rolloutCases, ...analysisUseCases, ...podCases, ...worldCases],
  AnalysisTemplate: templateCases('AnalysisTemplate'),
  ClusterAnalysisTemplate: templateCases('ClusterAnalysisTemplate'),
  Service: serviceCases,
  HorizontalPodAutoscaler: autoscalerCases,
}

type Path = (string | number)[]

function leaves(tree: FieldTree, path: Path = []): Path[] {
  if (isList(tree)) return leaves(tree[0], [...path, 0])
  if (!isMap(tree)) return [path]
  return Object.entries(tree).flatMap(([name, child]) => leaves(child, [...path, name.replace('!', '')]))
}

const written = (path: Path) =>
  path
    .map(part => (typeof part === 'number' ? '[]' : `.${part}`))
    .join('')
    .slice(1)

describe.each(Object.keys(readKinds))('%s', kind => {
  const cases = [...played[kind]!, ...identityCases[kind]!]

  test('every field that is honoured has a case, and no other field has one', () => {
    const honoured = leaves(readKinds[kind]!.fields).filter(path => verdictOf(kind, path)?.verdict === 'honoured')
    const known = cases.flatMap(({ fields }) => fields)
    expect(known.toSorted()).toEqual(honoured.map(written).toSorted())
  })

  test.each(cases.map(one => [one.fields.join(', '), one] as const))('%s', (_, { shows, less, more, by }) => {
    const [low, high] = [less(), more()]
    expect(high, shows).toBeGreaterThan(low)
    if (by !== undefined) expect(high - low, `${shows}: ${low}, ${high}`).toBeCloseTo(by, 0)
  })
})
