import { expect, test } from 'vitest'
import type { Probe } from '../../manifests/argo-types.ts'
import { readyFlips } from './readiness-probe.ts'

test.each<[string, Probe | undefined, number[], number, number[]]>([
  ['without a probe a container is ready when it runs', undefined, [3000], 0, [0]],
  ['it is ready at the next tick', { periodSeconds: 5 }, [3000], 0, [5000]],
  ['ticks count from the binding of the pod', { periodSeconds: 5 }, [3000], 4000, [6000]],
  ['an answer at a tick counts', { periodSeconds: 5 }, [6000], 4000, [6000]],
  ['no tick before the initial delay counts', { periodSeconds: 2, initialDelaySeconds: 7 }, [1000], 0, [8000]],
  ['a success threshold asks for as many in a row', { periodSeconds: 2, successThreshold: 3 }, [1000], 0, [6000]],
  ['three failures in a row make it unready', { periodSeconds: 2 }, [1000, 11_000], 0, [2000, 16_000]],
  ['fewer do not', { periodSeconds: 2 }, [1000, 11_000, 15_500], 0, [2000]],
  [
    'it may become ready again',
    { periodSeconds: 2, failureThreshold: 1 },
    [1000, 11_000, 15_500],
    0,
    [2000, 12_000, 16_000],
  ],
  ['a success too short for a tick is not seen', { periodSeconds: 10 }, [1000, 4000], 0, []],
  ['a process that never answers is never ready', { periodSeconds: 2 }, [], 0, []],
])('%s', (_, probe, answersMs, tickingMs, flips) => {
  expect(readyFlips(probe, answersMs, tickingMs)).toEqual(flips)
})
