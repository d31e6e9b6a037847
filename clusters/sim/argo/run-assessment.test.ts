import { describe, expect, test } from 'vitest'
import {
  type AnalysisRun,
  type CompletedPhase,
  type MetricResult,
  newResult,
  newRun,
  type ResolvedMetric,
} from './analysis-run.ts'
import { resolvedMetric } from './fixtures/resolved-metric.ts'
import { nextMeasurementAt, nextPassAt } from './measurement-schedule.ts'
import { assessRun } from './run-assessment.ts'

type Outcome = CompletedPhase | 'Running' | 'unmeasured'

const countOf = { Failed: 'failed', Inconclusive: 'inconclusive', Successful: 'successful' } as const

function resultOf(name: string, phase: CompletedPhase | 'Running', finishedAtMs = 0): MetricResult {
  const result: MetricResult = { ...newResult(name), phase, count: 1 }
  if (phase === 'Error') Object.assign(result, { message: 'no answer', count: 0, error: 5, consecutiveError: 5 })
  else if (phase !== 'Running') result[countOf[phase]] = 1
  const measured = phase === 'Running' ? 'Successful' : phase
  result.measurements = [{ phase: measured, message: '', startedAtMs: finishedAtMs, finishedAtMs, value: '' }]
  return result
}

/** A run with one metric per outcome, named a, b, …; those in capitals' place of `dry` are dry. */
function runOf(outcomes: readonly Outcome[], dry: readonly number[] = []): AnalysisRun {
  const names = outcomes.map((_, index) => String.fromCharCode(97 + index))
  const metrics = names.map((name, index) => resolvedMetric(name, { dryRun: dry.includes(index) }))
  const spec = { metrics, args: [], error: null, key: '' }
  return {
    ...newRun({ name: 'run', kind: 'Background', stepIndex: null, podTemplateHash: 'hash', createdMs: 0, spec }),
    phase: 'Running',
    startedAtMs: 0,
    results: outcomes.flatMap((outcome, index) => (outcome === 'unmeasured' ? [] : [resultOf(names[index]!, outcome)])),
  }
}

const isDry = (metric: ResolvedMetric) => metric.dryRun

// Order of utils/analysis/helpers.go, analysisStatusOrder; rules of analysis/analysis.go, assessRunStatus.
test.each<[Outcome[], boolean, string]>([
  [['Successful', 'Successful'], false, 'Successful'],
  [['Successful', 'Running'], false, 'Running'],
  [['Failed', 'Running'], false, 'Running'],
  [['Failed', 'Running'], true, 'Failed'],
  [['Failed', 'unmeasured'], false, 'Running'],
  [['unmeasured'], true, 'Successful'],
  [['Error', 'Failed'], false, 'Failed'],
  [['Error', 'Inconclusive'], false, 'Error'],
  [['Successful', 'Inconclusive'], false, 'Inconclusive'],
])('metrics %j, terminating %j: the run is %s', (outcomes, terminating, phase) => {
  expect(assessRun(runOf(outcomes), terminating, isDry).phase).toBe(phase)
})

describe('dry-run metrics', () => {
  test('never make a run bad, but have to complete', () => {
    expect(assessRun(runOf(['Successful', 'Failed'], [1]), false, isDry)).toMatchObject({
      phase: 'Successful',
      runSummary: { count: 1, successful: 1 },
      dryRunSummary: { count: 1, failed: 1 },
      dryRunMessages: [{ metric: 'b', message: 'Metric assessed Failed due to failed (1) > failureLimit (0)' }],
    })
    expect(assessRun(runOf(['Successful', 'Running'], [1]), false, isDry).phase).toBe('Running')
  })

  test('may be all of them', () => {
    expect(assessRun(runOf(['Error', 'Failed'], [0, 1]), false, isDry)).toMatchObject({
      phase: 'Successful',
      message: '',
    })
  })
})

test('the first of the worst metrics gives the message', () => {
  const { message } = assessRun(runOf(['Error', 'Failed', 'Failed']), false, isDry)
  expect(message).toBe('Metric "b" assessed Failed due to failed (1) > failureLimit (0)')
  expect(assessRun(runOf(['Error']), false, isDry).message).toBe(
    'Metric "a" assessed Error due to consecutiveErrors (5) > consecutiveErrorLimit (4): "Error Message: no answer"',
  )
})

test('a run that was asked to end says so', () => {
  expect(assessRun({ ...runOf(['Successful']), terminate: true }, true, isDry).message).toBe('Run Terminated')
})

describe('the next measurement', () => {
  const run = (result?: MetricResult, startedAtMs: number | null = 7000) => {
    return { ...runOf([]), createdMs: 7350, startedAtMs, results: result === undefined ? [] : [result] }
  }
  test.each<[string, Partial<ResolvedMetric>, MetricResult | undefined, number | null]>([
    ['the first is taken at once', {}, undefined, 7350],
    ['the first waits for its delay from the whole second of the start', { initialDelayMs: 20_000 }, undefined, 27_000],
    ['others follow strictly after the interval', {}, resultOf('m', 'Running', 9000), 39_001],
    [
      'a retry follows an error after 10 s whatever the interval',
      {},
      { ...resultOf('m', 'Error', 9000), phase: 'Running' },
      19_001,
    ],
    ['none follows the last of the count', { count: 1 }, resultOf('m', 'Running', 9000), null],
    ['none follows in a completed metric', {}, resultOf('m', 'Failed', 9000), null],
  ])('%s', (_, changes, result, at) => {
    expect(nextMeasurementAt(run(result), resolvedMetric('m', changes))).toBe(at)
  })

  test('a delay is not counted before the first pass has given the run its start', () => {
    expect(nextMeasurementAt(run(undefined, null), resolvedMetric('m', { initialDelayMs: 20_000 }))).toBeNull()
  })

  test('the earliest of all metrics wakes the controller', () => {
    const both = {
      ...runOf([]),
      spec: { ...runOf([]).spec, metrics: [resolvedMetric('a'), resolvedMetric('b', { intervalMs: 10_000 })] },
    }
    expect(nextPassAt({ ...both, results: [resultOf('a', 'Running', 1000), resultOf('b', 'Running', 2000)] })).toBe(
      12_001,
    )
  })
})
