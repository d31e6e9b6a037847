import { describe, expect, it } from 'vitest'
import { leaveAlone } from '../model/ground-truth.ts'
import { fold, type Written } from './fixtures/logs.ts'

describe('ill pods', () => {
  const pod = (waitingReason: string, restarts = 0): Written => [
    200_000,
    'pod.changed',
    {
      name: 'bad-1',
      podTemplateHash: 'bad',
      phase: 'Pending',
      waitingReason,
      restarts,
      ready: false,
      lastTerminationReason: '',
    },
  ]

  it.each<[string, Written, string | null]>([
    ['is created', pod('ContainerCreating'), null],
    ['runs', pod(''), null],
    ['restarts', pod('', 1), 'bad-1 restarted'],
    ['waits for its next start', pod('CrashLoopBackOff', 2), 'bad-1 waited, CrashLoopBackOff'],
    ['has no image', pod('ErrImagePull'), 'bad-1 waited, ErrImagePull'],
  ])('one that %s', (_, written, illPod) => {
    expect(fold([written], leaveAlone).illPod).toBe(illPod)
  })
})
