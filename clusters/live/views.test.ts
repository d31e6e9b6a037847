import { expect, test } from 'vitest'
import { newMeasurements } from './measurements.ts'
import type { AnalysisRunObject, PodObject, RolloutObject } from './objects.ts'
import { analysisRunView, podView, rolloutView } from './views.ts'

const metadata = { name: 'checkout', creationTimestamp: '2026-01-01T00:00:00Z', generation: 3 }
const rollout = (status: RolloutObject['status'], generation = 3): RolloutObject => ({
  metadata: { ...metadata, generation, annotations: { 'rollout.argoproj.io/revision': '2' } },
  spec: {
    replicas: 10,
    selector: { matchLabels: { app: 'checkout' } },
    template: {},
    strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } },
  },
  ...(status && { status }),
})

test('a rollout reads as the API shows it', () => {
  const status = {
    phase: 'Paused' as const,
    message: 'CanaryPauseStep',
    observedGeneration: '3',
    currentPodHash: 'b',
    stableRS: 'a',
    currentStepIndex: 1,
    updatedReplicas: 2,
  }
  expect(rolloutView(rollout(status), 1)).toEqual({
    name: 'checkout',
    phase: 'Paused',
    message: 'CanaryPauseStep',
    revision: 2,
    currentHash: 'b',
    stableHash: 'a',
    currentStepIndex: 1,
    stepCount: 2,
    updatedReplicas: 2,
    updatedAvailable: 1,
    replicas: 10,
    aborted: false,
    held: false,
    irreversible: false,
  })
})

test('a rollout that somebody holds says so', () => {
  const { spec, ...rest } = rollout(undefined)
  expect(rolloutView({ ...rest, spec: { ...spec, paused: true } }, 0).held).toBe(true)
})

test.each([
  ['a status of an older spec', rollout({ phase: 'Healthy', observedGeneration: '2' })],
  ['no status yet', rollout(undefined)],
])('%s is Progressing', (_, object) => {
  expect(rolloutView(object, 0).phase).toBe('Progressing')
})

const pod = (change: Partial<PodObject['metadata']>, status: PodObject['status']): PodObject => ({
  metadata: { ...metadata, labels: { 'rollouts-pod-template-hash': 'b' }, ...change },
  spec: { containers: [{ name: 'checkout' }] },
  ...(status && { status }),
})
const ready = { ready: true, restartCount: 0, state: { running: { startedAt: '2026-01-01T00:00:01Z' } } }
const lastState = { terminated: { exitCode: 137, reason: 'OOMKilled' } }
const crashed = { ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState }

test.each([
  ['not scheduled', pod({}, { phase: 'Pending' }), false, { phase: 'Pending', ready: false }],
  [
    'running',
    pod({}, { phase: 'Running', containerStatuses: [ready] }),
    false,
    { phase: 'Running', ready: true, lastTerminationReason: '' },
  ],
  ['evicted', pod({}, { phase: 'Failed' }), false, { phase: 'Failed', ready: false }],
  [
    'crash-looping',
    pod({}, { phase: 'Running', containerStatuses: [crashed] }),
    false,
    {
      phase: 'Running',
      waitingReason: 'CrashLoopBackOff',
      restarts: 3,
      ready: false,
      lastTerminationReason: 'OOMKilled',
    },
  ],
  [
    'terminating while still ready',
    pod({ deletionTimestamp: '2026-01-01T00:01:00Z' }, { phase: 'Running', containerStatuses: [ready] }),
    false,
    { phase: 'Terminating', ready: false },
  ],
  ['gone', pod({}, { phase: 'Running', containerStatuses: [ready] }), true, { phase: 'Gone', ready: false }],
])('a pod that is %s', (_, object, gone, expected) => {
  expect(podView(object, gone)).toMatchObject({ podTemplateHash: 'b', ...expected })
})

const run = (count: number, error: number, values: string[]): AnalysisRunObject => ({
  metadata: { ...metadata, name: 'run', labels: { 'rollout-type': 'Background', 'rollouts-pod-template-hash': 'b' } },
  spec: { metrics: [{ name: 'error-rate' }] },
  status: {
    phase: 'Running',
    metricResults: [
      {
        name: 'error-rate',
        phase: 'Running',
        count,
        error,
        measurements: values.map(value => ({ phase: 'Successful', value, finishedAt: '2026-01-01T00:02:00Z' })),
      },
    ],
  },
})

test('each measurement is told once, also when the run keeps only the last ones', () => {
  const counted = new Map<string, number>()
  expect(newMeasurements(run(1, 0, ['[0]']), counted).map(({ value }) => value)).toEqual(['[0]'])
  expect(newMeasurements(run(1, 0, ['[0]']), counted)).toEqual([])
  expect(newMeasurements(run(2, 1, ['[1]', '[2]']), counted).map(({ value }) => value)).toEqual(['[1]', '[2]'])
})

test('an analysis run names its version, its kind and its metrics', () => {
  expect(analysisRunView(run(1, 0, ['[0]']))).toEqual({
    name: 'run',
    kind: 'Background',
    podTemplateHash: 'b',
    phase: 'Running',
    message: '',
    metrics: [{ name: 'error-rate', phase: 'Running', dryRun: false }],
  })
})
