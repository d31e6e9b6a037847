import { expect, test } from 'vitest'
import { background, metric, play, type Story } from './play-story.ts'

test.each<[string, Story, string]>([
  [
    'setCanaryScale without traffic routing',
    { steps: [{ setCanaryScale: { replicas: 1 } }] },
    'spec.strategy.trafficRouting: Required value: SetCanaryScale requires TrafficRouting to be set',
  ],
  [
    'neither surge nor unavailable pods',
    { canary: { maxSurge: 0, maxUnavailable: 0 } },
    'spec.strategy.maxSurge: Invalid value: "0": MaxSurge and MaxUnavailable both can not be zero',
  ],
  [
    'a template that is missing',
    { canary: { analysis: { templates: [{ templateName: 'absent' }] } } },
    'spec.strategy.canary.analysis.templates: Invalid value: "absent": AnalysisTemplate \'absent\' not found',
  ],
  [
    'a step analysis without end',
    { steps: [{ analysis: { templates: [{ templateName: 'check' }] } }] },
    'spec.strategy.canary.steps[0].analysis.templates: Invalid value: "check": AnalysisTemplate check has metric ok which runs indefinitely. Invalid value for count: <nil>',
  ],
  [
    'a deadline below minReadySeconds',
    { spec: { progressDeadlineSeconds: 10, minReadySeconds: 10 } },
    'spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds',
  ],
])('a spec with %s is refused at once, without a ReplicaSet or an event', (_, story, problem) => {
  const recording = play(story)
  expect(recording.final).toMatchObject({
    phase: 'Degraded',
    message: `InvalidSpec: The Rollout "app" is invalid: ${problem}`,
  })
  expect(recording.final.replicaSets).toEqual({})
  expect(recording.events).toEqual([])
})

test('an invalid update degrades a healthy rollout, whose pods stay, and a valid one heals it', () => {
  const steps = (weight: number) => ({ spec: { strategy: { canary: { steps: [{ setWeight: weight }] } } } })
  const recording = play({ update: steps(101), actions: [{ at: 5, do: 'update', patch: steps(50) }], observe: 10 })
  expect(recording.status.map(row => row.phase)).toEqual(['Healthy', 'Degraded', 'Healthy'])
  expect(recording.final.replicaSets).toEqual({ r1: { spec: 2, available: 2 } })
})

const query = 'ok{hash="{{args.hash}}",stable="{{ args.stable }}",team="{{args.team}}",image="{{args.image}}"}'
const asking = { metrics: [{ ...metric, provider: { prometheus: { query } } }] }
const declared = [
  { name: 'hash' },
  { name: 'stable' },
  { name: 'team', value: 'core' },
  { name: 'image', value: 'none' },
]

test('arguments reach the query: hashes, texts and fields of the rollout', () => {
  const args = [
    { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' as const } },
    { name: 'stable', valueFrom: { podTemplateHashValue: 'Stable' as const } },
    { name: 'image', valueFrom: { fieldRef: { fieldPath: 'spec.template.spec.containers[0].image' } } },
    { name: 'undeclared', value: 'dropped' },
  ]
  const recording = play({
    ...asking,
    templateArgs: declared,
    canary: { analysis: { ...background.analysis, args } },
    observe: 2,
  })
  expect(recording.queries.map(({ query }) => query)).toEqual(['ok{hash="{r2}",stable="{r1}",team="core",image="app"}'])
})

test('an argument without a value makes the rollout invalid, one that no template declares the run an error', () => {
  const { final } = play({ ...asking, templateArgs: declared, canary: background })
  expect(final.message).toContain('Invalid value: "templateNames: [check]": args.hash was not resolved')
  const [run] = play({ ...asking, canary: background }).analysisRuns
  expect(run).toMatchObject({ phase: 'Error', message: expect.stringContaining('failed to resolve {{args.') })
})
