import { describe, expect, test } from 'vitest'
import { numberOf, unquote } from './literals.ts'

describe('a number literal', () => {
  test.each<[string, number]>([
    ['0', 0],
    ['1.5e3', 1500],
    ['.5', 0.5],
    ['1_000', 1000],
    ['0x1F', 31],
    ['017', 15],
    ['08', 8],
    ['Inf', Number.POSITIVE_INFINITY],
    ['nAn', Number.NaN],
    ['5m', 300],
    ['1h30m', 5400],
    ['1d', 86_400],
    ['1w2d3h4m5s6ms', 788_645.006],
  ])('%s is %d', (text, value) => {
    expect(numberOf(text)).toBe(value)
  })

  test.each(['', 'x', '5x', '1m1h', '--1', '1.2.3'])('%j is none', text => {
    expect(numberOf(text)).toBeUndefined()
  })
})

describe('a string literal', () => {
  test.each<[string, string]>([
    ['"a"', 'a'],
    ["'it\\'s'", "it's"],
    ['"\\x41\\101\\u00e9\\U0001F600"', 'AAé😀'],
    ['"\\a\\b\\f\\n\\r\\t\\v\\\\"', '\x07\b\f\n\r\t\v\\'],
    ['`a\\n"`', 'a\\n"'],
    ['""', ''],
  ])('%s', (text, value) => {
    expect(unquote(text)).toBe(value)
  })

  test.each(['"', '"a', '"\\y"', '"\\\'"', '"\\xff"', '"\\u12"', '"\\ud800"'])('%s is none', text => {
    expect(unquote(text)).toBeUndefined()
  })
})
