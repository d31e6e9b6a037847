import { describe, expect, test } from 'vitest'
import { type CompletedPhase, type MetricResult, newResult, type ResolvedMetric } from './analysis-run.ts'
import { resolvedMetric } from './fixtures/resolved-metric.ts'
import { assessMetric, countMeasurement, exceededLimit } from './metric-assessment.ts'

const endless = resolvedMetric('m')

const phaseOf: Readonly<Record<string, CompletedPhase>> = {
  S: 'Successful',
  F: 'Failed',
  I: 'Inconclusive',
  E: 'Error',
}

/** The result after measurements written as letters: Successful, Failed, Inconclusive, Error. */
function after(letters: string): MetricResult {
  const result = newResult('m')
  for (const letter of letters) {
    countMeasurement(result, { phase: phaseOf[letter]!, message: '', startedAtMs: 0, finishedAtMs: 0, value: '' })
  }
  return result
}

// Rules of analysis/analysis.go; several rows are those of analysis/analysis_test.go, TestAssessMetricStatus*.
test.each<[string, Partial<ResolvedMetric>, string]>([
  ['SSSS', {}, 'Running'],
  ['F', {}, 'Failed'],
  ['FF', { failureLimit: 2 }, 'Running'],
  ['FSFSF', { failureLimit: 2 }, 'Failed'],
  ['FFFFFFFF', { failureLimit: -1, consecutiveSuccessLimit: 2 }, 'Running'],
  ['I', {}, 'Inconclusive'],
  ['II', { inconclusiveLimit: 2 }, 'Running'],
  ['EEEE', {}, 'Running'],
  ['EEEEE', {}, 'Error'],
  ['EEEESEEEE', {}, 'Running'],
  ['EEEEIEEEE', { inconclusiveLimit: 1 }, 'Running'],
  ['E', { consecutiveErrorLimit: 0 }, 'Error'],
  ['EEE', { count: 3 }, 'Running'],
  ['SSS', { count: 3 }, 'Successful'],
  ['SFS', { count: 3, failureLimit: 1 }, 'Successful'],
  ['SSF', { count: 3 }, 'Failed'],
  ['SSS', { count: 3, consecutiveSuccessLimit: 3 }, 'Successful'],
  ['SS', { consecutiveSuccessLimit: 3, failureLimit: -1 }, 'Running'],
  ['SSESSS', { consecutiveSuccessLimit: 3, failureLimit: -1 }, 'Successful'],
  ['SSFS', { count: 4, failureLimit: 1, consecutiveSuccessLimit: 3 }, 'Inconclusive'],
  ['SSFS', { count: 4, failureLimit: -1, consecutiveSuccessLimit: 3 }, 'Failed'],
])('after %s a metric with %j is %s', (letters, limits, phase) => {
  expect(assessMetric({ ...endless, ...limits }, after(letters), false)).toBe(phase)
})

test('a metric that is ended is Successful, whatever its errors, unless it had exceeded a limit', () => {
  expect(assessMetric(endless, after('EEE'), true)).toBe('Successful')
  expect(assessMetric(endless, after('F'), true)).toBe('Failed')
})

test('a completed metric keeps its phase', () => {
  expect(assessMetric(endless, { ...after('F'), phase: 'Successful' }, false)).toBe('Successful')
})

describe('of several limits exceeded Error stands before Inconclusive before Failed', () => {
  test.each([
    ['FI', 'Inconclusive', 'inconclusive (1) > inconclusiveLimit (0)'],
    ['FEEEEE', 'Error', 'consecutiveErrors (5) > consecutiveErrorLimit (4)'],
    ['FF', 'Failed', 'failed (2) > failureLimit (0)'],
  ])('%s', (letters, phase, message) => {
    expect(exceededLimit(endless, after(letters))).toEqual({ phase, message })
  })
})

test('errors are not counted as measurements, and break a row of successes', () => {
  expect(after('SSE')).toMatchObject({ count: 2, error: 1, consecutiveError: 1, consecutiveSuccess: 0 })
})
