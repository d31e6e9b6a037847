import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Assessment, MetricAnswer } from './condition.ts'
import { checkCondition, compileConditions } from './condition.ts'

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number
const vector = (...values: number[]): MetricAnswer => ({ kind: 'vector', values })
const scalar = (value: number): MetricAnswer => ({ kind: 'scalar', value })
const nil: MetricAnswer = { kind: 'nil' }

/** In the order of oracle/main.go, which recorded every condition's outcome for each. */
const ANSWERS: readonly MetricAnswer[] = [
  vector(),
  vector(0.99),
  vector(0.5),
  vector(0),
  vector(nan),
  vector(infinity),
  vector(-infinity),
  vector(3, 1, 2),
  vector(0.95, nan, 2),
  scalar(0.97),
  scalar(0),
  scalar(5),
  scalar(-1.5),
  scalar(nan),
  scalar(infinity),
  nil,
]

/** Go's own words, from its encoding packages; ours differ. */
const OTHER_WORDS = /^(json: |invalid character |illegal base64 )/

interface Recording {
  readonly source: string
  readonly outcomes: Readonly<Record<string, readonly number[]>>
}

const recordings: readonly Recording[] = JSON.parse(
  readFileSync(new URL('fixtures/outcomes.json', import.meta.url), 'utf8'),
)

function outcome({ phase, message }: Assessment): string {
  if (phase === 'Error') return OTHER_WORDS.test(message) ? 'other words' : message
  return String(phase === 'Successful')
}

describe('against recordings of antonmedv/expr v1.15.5 in the environment of Argo Rollouts v1.9.1', () => {
  test('the recordings are there', () => {
    expect(recordings.length).toBeGreaterThan(1000)
  })

  test.each(recordings.map(recording => [recording.source, recording.outcomes] as const))('%s', (source, outcomes) => {
    const assess = compileConditions(source, '')
    const actual = ANSWERS.map(answer => outcome(assess(answer)))
    const expected: string[] = []
    for (const [text, indexes] of Object.entries(outcomes))
      for (const index of indexes) expected[index] = OTHER_WORDS.test(text) ? 'other words' : text
    expect(actual).toEqual(expected)
  })
})

describe('the two conditions of a metric', () => {
  // The recorded NaN cases and utils/evaluate/evaluate_test.go of Argo Rollouts v1.9.1.
  test.each<[string, string, MetricAnswer, Assessment['phase']]>([
    ['', '', vector(), 'Successful'],
    ['result[0] >= 0.95', '', vector(0.99), 'Successful'],
    ['result[0] >= 0.95', '', vector(0.5), 'Failed'],
    ['result[0] >= 0.95', '', vector(nan), 'Failed'],
    ['', 'result[0] < 0.95', vector(0.5), 'Failed'],
    ['', 'result[0] < 0.95', vector(0.99), 'Successful'],
    ['', 'result[0] < 0.95', vector(nan), 'Successful'],
    ['result[0] >= 0.95', 'result[0] < 0.90', vector(0.97), 'Successful'],
    ['result[0] >= 0.95', 'result[0] < 0.90', vector(0.92), 'Inconclusive'],
    ['result[0] >= 0.95', 'result[0] < 0.90', vector(0.5), 'Failed'],
    ['result[0] >= 0.95', 'result[0] < 0.90', vector(nan), 'Inconclusive'],
    ['true', 'true', vector(), 'Failed'],
    ['false', 'false', vector(), 'Inconclusive'],
    ['a == true', 'true', vector(), 'Error'],
    ['true', 'a == true', vector(), 'Error'],
    ['false', 'result[0] < 0.9', vector(), 'Error'],
    [' ', '', vector(), 'Error'],
    ['default(result, 0) == 0', '', vector(), 'Failed'],
    ['default(result, 0) == 0', '', nil, 'Successful'],
    ['isNil(result)', '', vector(), 'Failed'],
    ['result >= 0.9', '', vector(0.99), 'Error'],
    ['result >= 0.9', '', scalar(0.99), 'Successful'],
  ])('success %j and failure %j on %j is %s', (success, failure, answer, phase) => {
    expect(compileConditions(success, failure)(answer).phase).toBe(phase)
  })

  test('an error of the success condition is told before one of the failure condition', () => {
    expect(compileConditions('result[0] > 1', 'unknown')(vector())).toEqual({
      phase: 'Error',
      message: 'reflect: slice index out of range',
    })
  })

  test('one compiled pair may be asked with answers of every kind', () => {
    const assess = compileConditions('isNil(result) || len(result) == 0', '')
    expect(ANSWERS.map(answer => assess(answer).phase)).toEqual(
      ANSWERS.map(({ kind }, index) => (kind === 'vector' ? (index === 0 ? 'Successful' : 'Failed') : 'Error')),
    )
  })
})

describe('what can be told before a trial', () => {
  test.each<[string, 'vector' | 'scalar', [message: string, offset: number][]]>([
    ['result[0] >= 0.95', 'vector', []],
    ['default(result, true)', 'vector', []],
    ['result >= 0.9', 'scalar', []],
    ['result >= 0.9', 'vector', [['invalid operation: >= (mismatched types []float64 and float64)', 7]]],
    ['isNaN(result)', 'vector', [['cannot use []float64 as argument (type float64) to call isNaN ', 6]]],
    ['result[0] >= 0.9', 'scalar', [['type float64[int] is undefined', 6]]],
    ['result[0] > 0.9 &&', 'vector', [['unexpected token EOF', 18]]],
    ["result[0] > 'x", 'vector', [['literal not terminated', 12]]],
    ['1 < result[0] < 3', 'vector', [['invalid operation: < (mismatched types bool and int)', 14]]],
    ['result[0]', 'vector', [['expected bool, but got float64', 0]]],
    ['nil', 'vector', [['expected bool, but got <nil>', 0]]],
    [
      'reslt[0] > 1 || score < 2',
      'vector',
      [
        ['unknown name reslt', 0],
        ['unknown name score', 16],
      ],
    ],
    ['"😀" == foo', 'vector', [['unknown name foo', 8]]],
    [
      'now() == now()',
      'vector',
      [['now() is not supported in conditions: a simulated trial has no clock of its own', 0]],
    ],
  ])('%j on a %s', (source, answerKind, problems) => {
    const found = checkCondition(source, answerKind).map(({ message, offset }) => [message, offset])
    expect(found.slice(0, Math.max(problems.length, 1))).toEqual(problems)
  })

  test('agrees with the recordings: what it passes never fails for a reason known before', () => {
    const knownBefore = /^(unexpected token|unknown name|invalid operation: .* \(mismatched|cannot use .* as )/
    for (const [kind, index] of [
      ['vector', 7],
      ['scalar', 11],
    ] as const)
      for (const { source, outcomes } of recordings) {
        const [text] = Object.entries(outcomes).find(([, indexes]) => indexes.includes(index))!
        const found = checkCondition(source, kind)
        // Of an empty list reduce gives its initial value, which the closure's type says nothing of.
        if (source.startsWith('reduce([]')) continue
        if (text === 'true' || text === 'false') expect([source, found.slice(0, 1)]).toEqual([source, []])
        else if (knownBefore.test(text) && !text.includes('<nil>'))
          expect([source, found[0]?.message]).toEqual([source, text])
      }
  })
})
