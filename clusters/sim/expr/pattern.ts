import { compileRe2 } from '../re2/compile-re2.ts'
import { PatternError } from '../re2/pattern-error.ts'
import { ExpressionError } from './expression-error.ts'
import { decodeText } from './go-string.ts'

/** The regular expression of `matches`, which is Go's; what it refuses is an error of the condition. */
export function compilePattern(bytes: string): RegExp {
  try {
    return compileRe2(decodeText(bytes))
  } catch (error) {
    throw error instanceof PatternError ? new ExpressionError(error.message) : error
  }
}
