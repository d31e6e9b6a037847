import { expect, test } from 'vitest'
import type { PodObject } from '../live/objects.ts'
import { podTrouble } from './pod-trouble.ts'

function pod(status: PodObject['status']): PodObject {
  return {
    metadata: { name: 'checkout-1', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { containers: [{ name: 'checkout' }] },
    ...(status && { status }),
  }
}

const waiting = (reason: string, message?: string) =>
  pod({
    conditions: [{ type: 'PodScheduled', status: 'True' }],
    containerStatuses: [
      { ready: false, restartCount: 0, state: { waiting: { reason, ...(message !== undefined && { message }) } } },
    ],
  })

test.each([
  [
    'a full node',
    pod({
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available: Too many pods.' }],
    }),
    'pod checkout-1 cannot be scheduled: 0/1 nodes are available: Too many pods.',
  ],
  ['an image that cannot be had', waiting('ErrImagePull', 'not found'), 'pod checkout-1: ErrImagePull not found'],
  ['a crash', waiting('CrashLoopBackOff'), 'pod checkout-1: CrashLoopBackOff'],
  ['a container that is being made', waiting('ContainerCreating'), undefined],
  ['a pod that nobody has looked at', pod(undefined), undefined],
])('%s', (_, trouble, told) => {
  expect(podTrouble([pod({}), trouble])).toBe(told)
})
