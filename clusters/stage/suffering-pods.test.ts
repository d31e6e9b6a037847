import { expect, test } from 'vitest'
import { harmless } from '../../harness/model/behaviour.ts'
import { encodeReference, encodeRelease } from '../../harness/model/release.ts'
import type { PodObject } from '../live/objects.ts'
import { sufferingPods } from './suffering-pods.ts'

const good = encodeRelease(harmless, 'good')
const bad = encodeRelease({ ...harmless, exitAfterMs: 800 }, 'bad')

interface Seen {
  readonly release?: string
  readonly tag?: string
  readonly path?: string
  readonly ready?: boolean
  readonly restarts?: number
  readonly exitCode?: number
  /** Whole seconds of the epoch. */
  readonly finishedS?: number
  readonly turnedS?: number
  readonly waiting?: string
  readonly startedAt?: string
  readonly isToldToStop?: boolean
}

function pod({ release = good, tag = '1', path = 'ready', ready = false, restarts = 0, ...seen }: Seen): PodObject {
  const state = {
    ...(seen.exitCode === undefined
      ? {}
      : { terminated: { exitCode: seen.exitCode, ...at('finishedAt', seen.finishedS) } }),
    ...(seen.waiting === undefined ? {} : { waiting: { reason: seen.waiting } }),
    ...(seen.startedAt === undefined ? {} : { running: { startedAt: seen.startedAt } }),
  }
  const container = {
    name: 'checkout',
    image: `subject:${tag}`,
    env: [{ name: 'RELEASE', value: release }],
    readinessProbe: { httpGet: { path: `/${path}` }, initialDelaySeconds: 5 },
  }
  return {
    metadata: {
      name: 'a',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...(seen.isToldToStop && { deletionTimestamp: '2026-01-01T00:01:00Z' }),
    },
    spec: { containers: [container] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: String(ready), ...at('lastTransitionTime', seen.turnedS) }],
      containerStatuses: [{ ready, restartCount: restarts, state }],
    },
  }
}

function at(key: string, second: number | undefined) {
  return second === undefined ? {} : { [key]: new Date(second * 1000).toISOString() }
}

const gone = 'gone'

/** What is told of a pod that is seen once a second; at a tick time passes and it is not seen. */
function told(seen: readonly (Seen | typeof gone | 'tick')[], isTroubled = false): [touched: boolean, atMs: number][] {
  const told: [boolean, number][] = []
  const pods = sufferingPods({
    isTroubled: () => isTroubled,
    onChange: (_, touched, atMs) => told.push([touched, atMs]),
  })
  seen.forEach((one, i) => {
    if (one === 'tick') pods.tick(i * 1000)
    else if (one === gone) pods.see(pod({}), true, i * 1000)
    else pods.see(pod(one), false, i * 1000)
  })
  return told
}

const missing = encodeReference(false, 'tag')
const there = encodeReference(true, 'tag')
const epoch = '1970-01-01T00:00:00Z'

test.each<[string, readonly (Seen | typeof gone | 'tick')[], [boolean, number][]]>([
  [
    'one that exits again and again suffers from its first exit until it is gone',
    [
      { release: bad },
      { release: bad, exitCode: 1 },
      { release: bad, restarts: 1 },
      { release: bad, restarts: 2 },
      gone,
    ],
    [
      [true, 1000],
      [false, 4000],
    ],
  ],
  [
    'one that is Ready in between has ceased to suffer',
    [
      { release: bad, exitCode: 1 },
      { release: bad, restarts: 1, ready: true },
      { release: bad, restarts: 1 },
    ],
    [
      [true, 0],
      [false, 1000],
      [true, 2000],
    ],
  ],
  [
    'one without its image suffers from the first failed pull',
    [{ tag: missing, waiting: 'ContainerCreating' }, { tag: missing, waiting: 'ErrImagePull' }, gone],
    [
      [true, 1000],
      [false, 2000],
    ],
  ],
  ['one of a good release whose image is late does not', [{ tag: there, waiting: 'ErrImagePull' }, gone], []],
  [
    'one that is asked for what is not there suffers from its first probe',
    [{ path: missing, startedAt: epoch }, 'tick', 'tick', 'tick', 'tick', 'tick', 'tick', gone],
    [
      [true, 5000],
      [false, 7000],
    ],
  ],
  ['one that was Ready and is not suffers', [{ release: bad, ready: true }, { release: bad }], [[true, 1000]]],
  [
    'one that was told to stop does not',
    [
      { release: bad, ready: true },
      { release: bad, isToldToStop: true },
    ],
    [],
  ],
  [
    'what is seen late was when the kubelet noted it',
    [
      { release: bad, ready: true },
      'tick',
      'tick',
      { release: bad, exitCode: 1, finishedS: 1 },
      'tick',
      { release: bad, restarts: 1, ready: true, turnedS: 3 },
      'tick',
      'tick',
      { release: bad, turnedS: 6 },
    ],
    [
      [true, 1999],
      [false, 3999],
      [true, 6999],
    ],
  ],
  ['a good one that restarts does not', [{ ready: true }, { exitCode: 1 }, { restarts: 1 }, gone], []],
])('%s', (_, seen, expected) => {
  expect(told(seen)).toEqual(expected)
})

test('where all versions are troubled a good one that stops answering suffers', () => {
  expect(told([{ ready: true }, { ready: false }, { ready: true }], true)).toEqual([
    [true, 1000],
    [false, 2000],
  ])
})
