import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileConditions } from './condition.ts'
import { ExpressionError } from './expression-error.ts'
import { parse } from './parser.ts'

const PIECES = [
  ...'()[]{}.,:;?|&!=<>+-*/%^#"\'\\$@_ \n0179aexé😀',
  ...[
    'result',
    'result[0]',
    'not ',
    ' in ',
    ' and ',
    'let x = ',
    '?.',
    '??',
    '..',
    '**',
    '0x',
    '1e',
    '//',
    '/*',
    '"a"',
  ],
  ...[
    'all(',
    'filter(',
    'reduce(',
    'len(',
    'isNaN(',
    '{# > ',
    '#acc',
    '$env',
    'findLast(',
    ' | ',
    'true',
    'nil',
    ' ? ',
  ],
]

const SENTENCES: readonly string[] = JSON.parse(
  readFileSync(new URL('fixtures/outcomes.json', import.meta.url), 'utf8'),
).map((recording: { source: string }) => recording.source)

/** A recorded condition with one piece of it replaced by something else. */
const nearlyRight = fc
  .tuple(fc.constantFrom(...SENTENCES), fc.nat(40), fc.nat(6), fc.constantFrom('', ...PIECES))
  .map(([source, at, length, piece]) => source.slice(0, at) + piece + source.slice(at + length))

const anyCondition = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map(pieces => pieces.join('')),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  { arbitrary: nearlyRight, weight: 3 },
)

describe('any text', () => {
  test('is parsed or refused with an offset inside it, and nothing else is thrown', () => {
    fc.assert(
      fc.property(anyCondition, source => {
        try {
          parse(source)
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError)
          const { offset } = error as ExpressionError
          expect(offset).toBeGreaterThanOrEqual(0)
          expect(offset).toBeLessThanOrEqual(source.length)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('gets a phase for every answer, the same one each time', () => {
    fc.assert(
      fc.property(anyCondition, fc.array(fc.double(), { maxLength: 4 }), (source, values) => {
        const assess = compileConditions(source, '')
        for (const answer of [
          { kind: 'vector', values },
          { kind: 'scalar', value: values[0] ?? 0 },
          { kind: 'nil' },
        ] as const)
          expect(assess(answer)).toEqual(assess(answer))
      }),
      { numRuns: 1000 },
    )
  })

  test.each([
    ['(', 5000],
    ['-', 5000],
    ['[', 5000],
    ['not ', 5000],
    ['all([1], ', 500],
    ['true ? ', 500],
  ])('that opens %j %d times is refused, not run out of stack', (piece, times) => {
    expect(() => parse(piece.repeat(times))).toThrow(ExpressionError)
  })

  test.each([
    ['1', ' + 1', ' > 0'],
    ['{}', '?.a', ' == nil'],
    ['[[]]', '[0:]', ' == nil'],
    ['true', ' and true', ''],
    ['true', ' ? true : true', ''],
  ])('that is as long as may be (%s%s…%s) still runs', (start, piece, end) => {
    const times = Math.floor(1900 / (piece.match(/[\w?.]+|[^\w\s]/g)!.length + 1))
    const source = start + piece.repeat(times) + end
    const { message } = compileConditions(source, '')({ kind: 'vector', values: [] })
    expect(message === '' || /nested deeper/.test(message)).toBe(true)
  })
})
