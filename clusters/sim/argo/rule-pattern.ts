import { compileRe2 } from '../re2/compile-re2.ts'
import { PatternError } from '../re2/pattern-error.ts'

/**
 * What a rule of `dryRun` or `measurementRetention` finds the names of metrics by: Go's regexp, anywhere in them (Argo Rollouts v1.9.1,
 * utils/analysis/helpers.go, GetDryRunMetrics); or why its `metricName` is no such expression.
 */
export function rulePattern(metricName: string): RegExp | PatternError {
  try {
    return compileRe2(metricName)
  } catch (error) {
    if (error instanceof PatternError) return error
    throw error
  }
}
