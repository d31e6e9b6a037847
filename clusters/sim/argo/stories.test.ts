import { expect, test } from 'vitest'
import { background, metric, play } from './play-story.ts'
import type { Recording } from './recorder.ts'

const reasons = (recording: Recording) => recording.events.map(event => event.reason)
const phases = (recording: Recording) => recording.status.map(row => `${row.phase} ${row.currentStepIndex}`)

test('a stuck update is degraded one second after the deadline, counted from the whole second of the last progress', () => {
  const recording = play({ spec: { progressDeadlineSeconds: 20 }, pods: [{ rs: 'r2', created: 0, ready: null }] })
  const row = recording.status.find(({ phase }) => phase === 'Degraded')
  expect(row).toMatchObject({
    at: 21,
    message: 'ProgressDeadlineExceeded: ReplicaSet "app-{r2}" has timed out progressing.',
  })
  expect(recording.final.abort).toBeUndefined()
})

test('progressDeadlineAbort aborts at the deadline, with two events and no reason in the message', () => {
  const recording = play({
    spec: { progressDeadlineSeconds: 20, progressDeadlineAbort: true },
    pods: [{ rs: 'r2', created: 0, ready: null }],
  })
  expect(recording.events.filter(({ reason }) => reason === 'RolloutAborted').map(({ message }) => message)).toEqual([
    'ReplicaSet "app-{r2}" has timed out progressing.',
    'Rollout aborted update to revision 2',
  ])
  expect(recording.final).toMatchObject({
    phase: 'Degraded',
    abort: true,
    message: 'RolloutAborted: Rollout aborted update to revision 2',
  })
})

test('the deadline is not judged during a pause', () => {
  const recording = play({ spec: { progressDeadlineSeconds: 10, progressDeadlineAbort: true }, observe: 60 })
  expect(recording.final).toMatchObject({ phase: 'Paused', currentStepIndex: 1 })
})

test('a pause of some seconds counts from the whole second in which it began', () => {
  const recording = play({
    steps: [{ setWeight: 50 }, { pause: { duration: '4s' } }],
    pods: [{ rs: 'r2', created: 0.3, ready: 2.5 }],
  })
  const [begin, end] = ['RolloutPaused', 'RolloutResumed'].map(
    reason => recording.events.find(event => event.reason === reason)!.at,
  )
  expect([begin, end]).toEqual([2.9, 6])
})

test('an abort after the promotion is dropped without an event', () => {
  const recording = play({ steps: [], actions: [{ at: 15, do: 'abort' }], observe: 20 })
  expect(recording.final).toMatchObject({ phase: 'Healthy', stable: 'r2' })
  expect(reasons(recording)).not.toContain('RolloutAborted')
})

test('promoting an aborted rollout sets the index for one pass and has no other effect', () => {
  const recording = play({
    actions: [
      { at: 8, do: 'abort' },
      { at: 15, do: 'promote' },
    ],
  })
  expect(phases(recording).slice(-3)).toEqual(['Degraded 0', 'Degraded 1', 'Degraded 0'])
})

test('a full promotion revives an aborted rollout', () => {
  const recording = play({
    actions: [
      { at: 8, do: 'abort' },
      { at: 15, do: 'promote-full' },
    ],
  })
  expect(recording.final).toMatchObject({ phase: 'Healthy', stable: 'r2', currentStepIndex: 2 })
})

test('promoting a rollout that a user holds outside a pause unholds it and skips the step', () => {
  const recording = play({
    steps: [{ setWeight: 50 }, { setWeight: 60 }, { pause: {} }],
    pods: [{ rs: 'r2', created: 0, ready: 12 }],
    actions: [
      { at: 3, do: 'pause' },
      { at: 6, do: 'promote' },
    ],
    observe: 10,
  })
  expect(phases(recording)).toEqual(['Healthy 3', 'Progressing 0', 'Paused 0', 'Paused 1', 'Progressing 1'])
})

test('a step analysis that is ended by hand completes its step', () => {
  const recording = play({
    steps: [{ analysis: { templates: [{ templateName: 'check' }] } }, { pause: {} }],
    metrics: [{ ...metric, count: 100 }],
    actions: [{ at: 12, do: 'terminate-run' }],
  })
  expect(recording.analysisRuns).toMatchObject([{ kind: 'Step', phase: 'Successful', message: 'Run Terminated' }])
  expect(recording.events.find(event => event.reason === 'RolloutStepCompleted')!.at).toBeCloseTo(12.3, 0)
})

test('a background run that is ended by hand is not replaced', () => {
  const recording = play({ canary: background, actions: [{ at: 12, do: 'terminate-run' }] })
  expect(recording.analysisRuns.map(run => run.phase)).toEqual(['Successful'])
  expect(recording.final.phase).toBe('Paused')
})

test('dry-run metrics fail without the run, and carry the reason themselves', () => {
  const dryRun = { ...background.analysis, dryRun: [{ metricName: '.*' }] }
  const recording = play({ canary: { analysis: dryRun }, signals: { ok: [{ from: 0, value: 0.5 }] } })
  expect(recording.analysisRuns).toMatchObject([
    {
      phase: 'Successful',
      message: '',
      dryRunSummary: { count: 1, failed: 1 },
      metrics: [{ phase: 'Failed', message: 'Metric assessed Failed due to failed (1) > failureLimit (0)' }],
    },
  ])
  expect(recording.final.phase).toBe('Paused')
})

test('a measurement under way when its run is ended is waited for and counted', () => {
  const recording = play({
    canary: background,
    signals: { ok: [{ from: 0, value: 0.99, delay: 2.4 }] },
    actions: [{ at: 8, do: 'abort' }],
  })
  const [run] = recording.analysisRuns
  expect(run).toMatchObject({ phase: 'Successful', completedAt: 9, metrics: [{ count: 2 }] })
  expect(run!.metrics[0]!.measurements.map(({ startedAt, finishedAt }) => [startedAt, finishedAt])).toEqual([
    [0, 2],
    [7, 9],
  ])
})

test('the last ten measurements are kept, the counters count them all', () => {
  const recording = play({ canary: background, observe: 80 })
  expect(recording.analysisRuns[0]!.metrics[0]).toMatchObject({ kept: 10, count: 16, successful: 16 })
})

test.each([
  [2, 'Inconclusive', 'Paused', 'InconclusiveAnalysisRun'],
  [
    -1,
    'Failed',
    'Degraded',
    'RolloutAborted: Rollout aborted update to revision 2: Background analysis phase error/failed',
  ],
])(
  'three in a row not reached with failureLimit %i ends %s, without a message of the run',
  (failureLimit, phase, rollout, message) => {
    const alternating = Array.from({ length: 10 }, (_, index) => ({ from: index * 5 - 2, value: (index + 1) % 2 }))
    const recording = play({
      steps: [{ setWeight: 50 }, { setWeight: 60 }],
      pods: [{ rs: 'r2', created: 0, ready: null }],
      canary: background,
      metrics: [{ ...metric, failureLimit, consecutiveSuccessLimit: 3, count: failureLimit < 0 ? 4 : 5 }],
      signals: { ok: alternating },
    })
    expect(recording.analysisRuns).toMatchObject([{ phase, message: '' }])
    expect(recording.final).toMatchObject({ phase: rollout, message })
  },
)

test('a single replica without surge is deleted before its successor starts', () => {
  const recording = play({
    spec: { replicas: 1 },
    canary: { maxSurge: 0, maxUnavailable: 1 },
    steps: [{ setWeight: 50 }],
  })
  const none = { available: 0 }
  expect(recording.replicas).toContainEqual(
    expect.objectContaining({ r1: { spec: 0, ...none }, r2: { spec: 1, ...none } }),
  )
  expect(recording.final).toMatchObject({ phase: 'Healthy', stable: 'r2' })
})

test('going back to the stable template in the middle of an update skips all steps', () => {
  const recording = play({ actions: [{ at: 8, do: 'undo' }] })
  expect(recording.events).toContainEqual(
    expect.objectContaining({ reason: 'SkipSteps', message: 'Rollback to stable ReplicaSets' }),
  )
  expect(recording.final).toMatchObject({ phase: 'Healthy', currentStepIndex: 2, stable: 'r1' })
  expect(recording.final.replicaSets).toMatchObject({ r1: { spec: 2 }, r2: { spec: 0 } })
})

test('changed steps begin at the first again', () => {
  const steps = [{ setWeight: 50 }, { pause: {} }, { setWeight: 80 }]
  const recording = play({ actions: [{ at: 8, do: 'update', patch: { spec: { strategy: { canary: { steps } } } } }] })
  expect(phases(recording)).toEqual([
    'Healthy 2',
    'Progressing 0',
    'Progressing 1',
    'Paused 1',
    'Progressing 0',
    'Progressing 1',
    'Paused 1',
  ])
})
