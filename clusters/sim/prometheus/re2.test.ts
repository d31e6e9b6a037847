import { describe, expect, test } from 'vitest'
import { anchoredRe2, PatternError } from './re2.ts'

describe('an RE2 pattern', () => {
  test.each<[string, string, boolean]>([
    ['5..', '503', true],
    ['5..', '5033', false],
    ['2..|4..', '404', true],
    ['2..|4..', 'x404', false],
    ['', '', true],
    ['.+', '', false],
    ['a.b', 'a\nb', true],
    ['a$', 'a\n', false],
    ['(?i)abc', 'aBC', true],
    ['(?:ab)+', 'abab', true],
    ['(?P<x>a)b', 'ab', true],
    ['a{2}', 'aa', true],
    ['{a}', '{a}', true],
    ['a{,2}', 'a{,2}', true],
    ['a]', 'a]', true],
    ['[]a]', ']', true],
    ['[^]a]', 'b', true],
    ['[[]', '[', true],
    ['[a\\-c]', '-', true],
    ['[a\\-c]', 'b', false],
    ['[[:digit:]x]+', '1x2', true],
    ['\\-\\.\\/', '-./', true],
    ['\\Qa.b\\E+', 'a.bb', true],
    ['\\Qa.b', 'axb', false],
    ['\\pL+', 'grün', true],
    ['\\p{Greek}', 'λ', true],
    ['\\PL', 'a', false],
    ['\\s', '\v', false],
    ['\\x41\\x{e9}', 'Aé', true],
    ['\\Aab\\z', 'ab', true],
    ['.', '😀', true],
  ])('%j on %j: %j', (pattern, text, matches) => {
    expect(anchoredRe2(pattern).test(text)).toBe(matches)
  })

  test.each([
    '(',
    ')',
    '*',
    'a**',
    '[a',
    'a(?=b)',
    '(?<!a)b',
    '(a)\\1',
    '\\y',
    'a\\',
    'a{1001}',
    '[[:nope:]]',
    '(?x)a',
    'a(?i)b',
  ])('%j is refused', pattern => {
    expect(() => anchoredRe2(pattern)).toThrow(PatternError)
  })
})
