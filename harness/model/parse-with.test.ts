import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { parseWith } from './parse-with.ts'
import { formatProblem } from './problem.ts'
import { documentOf, durationMs, ratio } from './schema-types.ts'
import { readDocuments } from './yaml-source.ts'

const step = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('wait'), waitFor: durationMs }),
  z.strictObject({ do: z.literal('scale'), replicas: z.int().min(1) }),
])
const schema = documentOf(
  'Thing',
  z.strictObject({
    every: durationMs,
    share: ratio.optional(),
    mode: z.enum(['careful', 'bold']).default('careful'),
    when: z.union([z.enum(['any', 'all']), z.strictObject({ atLeast: z.int() })]).optional(),
    steps: z.array(step).default([]),
    names: z
      .record(z.string().regex(/^[a-z]+$/, 'lower-case letters only'), z.strictObject({ size: z.number() }))
      .optional(),
  }),
)
const head = 'apiVersion: carmine/v1alpha1\nkind: Thing\nmetadata: {name: x}\n'
const parse = (spec: string, start = head) => parseWith(schema, readDocuments('t.yaml', start + spec).documents[0]!)
const problems = (spec: string, start?: string) => parse(spec, start).problems.map(formatProblem)

test('a right document is read with its defaults and transforms', () => {
  const spec = 'spec:\n  every: 1m30s\n  share: 5%\n  steps: [{do: wait, waitFor: 0}]\n'
  expect(problems(spec)).toEqual([
    't.yaml:7:31: error: `spec.steps[0].waitFor`: expected a duration with its unit, such as 30s or 5m',
  ])
  expect(parse(spec.replace('waitFor: 0', 'waitFor: 250ms')).value!.spec).toEqual({
    every: 90_000,
    share: 0.05,
    mode: 'careful',
    steps: [{ do: 'wait', waitFor: 250 }],
  })
})

describe('every problem is told with its place', () => {
  test.each([
    [
      'an unknown key',
      'spec:\n  every: 1s\n  step: []',
      ['6:3: error: `spec.step` is not a known key (did you mean `steps`?)'],
    ],
    [
      'an unknown key in the alternative that is meant',
      'spec:\n  every: 1s\n  steps:\n    - {do: scale, replicas: 1, replica: 2}',
      ['7:32: error: `spec.steps[0].replica` is not a known key (did you mean `replicas`?)'],
    ],
    [
      'an unknown key far from all',
      'spec:\n  every: 1s\n  names:\n    a: {size: 1, colour: red}',
      ['7:18: error: `spec.names.a.colour` is not a known key (known are size)'],
    ],
    ['a wrong type', 'spec:\n  every: 1s\n  steps: 3', ['6:10: error: `spec.steps`: expected a list, got 3']],
    [
      'a missing key',
      'spec:\n  share: 1',
      ['4:1: error: `spec.every` is missing (expected a duration with its unit, such as 30s or 5m)'],
    ],
    ['nothing where a map belongs', 'spec:', ['4:1: error: `spec`: expected a map, got nothing']],
    [
      'a missing kind of step',
      'spec:\n  every: 1s\n  steps:\n    - {replicas: 1}',
      ['7:7: error: `spec.steps[0].do` is missing (one of wait, scale)'],
    ],
    [
      'a step of an unknown kind',
      'spec:\n  every: 1s\n  steps:\n    - {do: wiat}',
      ['7:12: error: `spec.steps[0].do`: expected one of `wait`, `scale`, got the text "wiat" (did you mean `wait`?)'],
    ],
    [
      'a wrong word',
      'spec:\n  every: 1s\n  mode: carful',
      ['6:9: error: `spec.mode`: expected one of `careful`, `bold`, got the text "carful" (did you mean `careful`?)'],
    ],
    [
      'a wrong word where a map may stand too',
      'spec:\n  every: 1s\n  when: al',
      ['6:9: error: `spec.when`: expected one of `any`, `all`, got the text "al" (did you mean `all`?)'],
    ],
    [
      'a type that no alternative has',
      'spec:\n  every: 1s\n  share: [1]',
      ['6:10: error: `spec.share`: expected a number or text, got a list'],
    ],
    [
      'a bad duration',
      'spec:\n  every: 5 min',
      ['5:10: error: `spec.every`: `5 min` is not a duration; write 250ms, 30s, 5m or 1h30m'],
    ],
    [
      'a share above one',
      'spec:\n  every: 1s\n  share: 5',
      ['6:10: error: `spec.share`: 5 is not a share; write 0.05 or 5%, at most 1 or 100%'],
    ],
    [
      'a bad name of a record',
      'spec:\n  every: 1s\n  names:\n    A: {size: 1}',
      ['7:5: error: `spec.names.A` is not a valid name here: lower-case letters only'],
    ],
    [
      'a number out of range',
      'spec:\n  every: 1s\n  steps: [{do: scale, replicas: 0}]',
      ['6:33: error: `spec.steps[0].replicas`: too small: expected number to be >=1'],
    ],
  ])('%s', (_, spec, expected) => {
    expect(problems(spec)).toEqual(expected.map(text => `t.yaml:${text}`))
  })

  test('all at once, in the order of the file', () => {
    const spec = 'spec:\n  every: 1\n  mode: bald\n  stepz: []\n'
    expect(problems(spec, head.replace('Thing', 'Think'))).toEqual([
      't.yaml:2:7: error: `kind`: expected `Thing`, got the text "Think" (did you mean `Thing`?)',
      't.yaml:5:10: error: `spec.every`: expected a duration with its unit, such as 30s or 5m',
      't.yaml:6:9: error: `spec.mode`: expected one of `careful`, `bold`, got the text "bald" (did you mean `bold`?)',
      't.yaml:7:3: error: `spec.stepz` is not a known key (did you mean `steps`?)',
    ])
  })

  test('a document that is not a map at all', () => {
    expect(problems('', '- a\n')).toEqual(['t.yaml:1:1: error: the document: expected a map, got a list'])
  })
})
