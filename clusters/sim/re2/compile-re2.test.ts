import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compileRe2, compileWholeRe2 } from './compile-re2.ts'
import { PatternError } from './pattern-error.ts'

interface Answer {
  readonly pattern: string
  readonly error?: string
  readonly anywhere?: string
  readonly whole?: string
}

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8')
const { patterns, texts }: { patterns: string[]; texts: string[] } = JSON.parse(read('oracle/cases.json'))
const answers: readonly Answer[] = read('fixtures/answers.json')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line))

const matched = (digits: string) => texts.filter((_, index) => digits[index] === '1')

describe("against recordings of Go's regexp", () => {
  test('the recordings are those of the patterns', () => {
    expect(answers.map(({ pattern }) => pattern)).toEqual(patterns)
  })

  test.each(answers.filter(({ error }) => error === undefined))('$pattern', ({ pattern, anywhere, whole }) => {
    const search = compileRe2(pattern)
    expect(texts.filter(text => search.test(text))).toEqual(matched(anywhere!))
    const match = compileWholeRe2(pattern)
    expect(texts.filter(text => match.test(text))).toEqual(matched(whole!))
  })

  test.each(answers.filter(({ error }) => error !== undefined))('$pattern is refused: $error', ({ pattern, error }) => {
    expect(() => compileRe2(pattern)).toThrow(new PatternError(error))
    expect(() => compileWholeRe2(pattern)).toThrow(PatternError)
  })
})

test.each(['a(?i)b', '(?i:a)b', '(?i)a(?-i)b', '(?i)\\babc', '(?i:a)\\B', '\\pC', '[\\p{C}]'])(
  '%s, which Go takes and JavaScript cannot say, is refused',
  pattern => {
    expect(() => compileRe2(pattern)).toThrow(/not supported/)
  },
)
