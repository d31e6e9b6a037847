import { expect, test } from 'vitest'
import { shippedParameters } from '../../../harness/model/fixtures/parameters.ts'
import type { HorizontalPodAutoscaler } from '../../manifests/autoscaler-types.ts'
import { createAutoscaler } from '../kubernetes/autoscaler.ts'
import { createQueue, peek, pop } from '../queue.ts'
import type { RolloutEvent } from './events.ts'
import { plainPods } from './fixtures/plain-pods.ts'
import { handleRolloutEvent, type RolloutPorts } from './handle.ts'
import { applyRollout, setTemplate } from './operations.ts'

const template = (version: string) => ({
  metadata: { labels: { app: 'app' }, annotations: { version } },
  spec: { containers: [{ name: 'app' }] },
})

const manifest: HorizontalPodAutoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'app' },
  spec: { scaleTargetRef: { kind: 'Rollout', name: 'app' }, minReplicas: 4, maxReplicas: 20 },
}

test('a busy Rollout grows in the middle of its canary, and the canary keeps its share of pods', () => {
  const queue = createQueue<RolloutEvent>()
  const state = applyRollout(
    {
      rollout: {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        metadata: { name: 'app' },
        spec: {
          replicas: 4,
          selector: { matchLabels: { app: 'app' } },
          template: template('v1'),
          strategy: { canary: { steps: [{ setWeight: 25 }, { pause: {} }] } },
        },
      },
      templates: [],
      analysis: 'live',
      seed: 'scale',
      autoscaler: createAutoscaler(manifest, shippedParameters.kubernetes.autoscaler),
    },
    queue,
    0,
  )
  const ports: RolloutPorts = {
    ...plainPods,
    // 8 CPUs' worth of work, shared by the pods that are ready, against a default target of 80 %: ten pods.
    cpuUse: nowMs => {
      const ready = state.kubernetes.replicaSets.flatMap(({ pods }) => pods).filter(pod => pod.ready)
      const work = nowMs < 600_000 ? 3.2 : 8
      return Object.fromEntries(ready.map(({ name }) => [name, work / ready.length]))
    },
  }
  const run = (untilMs: number) => {
    for (let next = peek(queue); next !== undefined && next.t < untilMs; next = peek(queue))
      handleRolloutEvent(state, pop(queue)!, queue, ports)
  }
  run(400_000)
  setTemplate(state, template('v2'), queue, 400_000)
  run(600_000)
  expect(state.spec.replicas).toBe(4)
  run(1_500_000)
  expect(state.spec.replicas).toBe(10)
  expect(state.status).toMatchObject({ phase: 'Paused', currentStepIndex: 1 })
  expect(state.kubernetes.replicaSets.map(({ availableReplicas }) => availableReplicas)).toEqual([8, 3])
})
