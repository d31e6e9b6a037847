import { compileWholeRe2 } from '../re2/compile-re2.ts'

/** One condition of a selector on the value of a label; '' stands for a label that a series does not have. */
export interface Matcher {
  readonly name: string
  readonly operator: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

export type ValueTest = (value: string) => boolean

/**
 * The test of a matcher on a label's value. Regular expressions are RE2's and match whole values.
 * @throws PatternError for an expression that Prometheus would refuse or that cannot be translated
 */
export function matcherTest(matcher: Matcher): ValueTest {
  const { operator, value: wanted } = matcher
  if (operator === '=') return value => value === wanted
  if (operator === '!=') return value => value !== wanted
  const pattern = compileWholeRe2(wanted)
  return operator === '=~' ? value => pattern.test(value) : value => !pattern.test(value)
}
