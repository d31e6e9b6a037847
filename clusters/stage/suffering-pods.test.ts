import { expect, test } from 'vitest'
import { harmless } from '../../harness/model/behaviour.ts'
import type { PodObject } from '../live/objects.ts'
import { sufferingPods } from './suffering-pods.ts'

function pod(restartCount: number, exitCode?: number): PodObject {
  const state = exitCode === undefined ? {} : { terminated: { exitCode } }
  return {
    metadata: { name: 'a', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { containers: [{ name: 'checkout' }] },
    status: { phase: 'Running', containerStatuses: [{ ready: false, restartCount, state }] },
  }
}

test('a crash-looping pod suffers from its first exit until it is gone, however often it restarts', () => {
  const told: [string, boolean][] = []
  const follow = sufferingPods({ ...harmless, exitAfterMs: 3000 }, (name, touched) => told.push([name, touched]))
  for (const seen of [pod(0), pod(0, 1), pod(1), pod(1, 1), pod(2)]) follow(seen, false)
  expect(told).toEqual([['a', true]])
  follow(pod(2), true)
  expect(told).toEqual([
    ['a', true],
    ['a', false],
  ])
})

test.each([
  ['a release that does not exit', harmless, pod(3)],
  ['a pod that was told to stop', { ...harmless, exitAfterMs: 3000 }, pod(0, 0)],
])('%s touches no pod', (_, behaviour, seen) => {
  const told: string[] = []
  const follow = sufferingPods(behaviour, name => told.push(name))
  follow(seen, false)
  follow(seen, true)
  expect(told).toEqual([])
})
