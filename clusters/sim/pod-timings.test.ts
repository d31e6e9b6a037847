import { expect, it } from 'vitest'
import { firstSuccessMs } from './pod-timings.ts'

it.each([
  ['no probe', undefined, 1800, 900, 0],
  // Process at 1.8 s, delay over at 6.8 s, tick at 10 s: seen on kind, where pods of the shipped subject became ready 9 to 10 s after their creation.
  ['a tick after the initial delay', { initialDelaySeconds: 5, periodSeconds: 5 }, 1800, 900, 8200],
  ['a tick at the very end of the initial delay', { initialDelaySeconds: 5, periodSeconds: 5 }, 5000, 900, 5000],
  ['a slow application', { initialDelaySeconds: 5, periodSeconds: 5 }, 1800, 9000, 13_200],
  ['no delay, an application that is slower than its process', { periodSeconds: 10 }, 1800, 900, 8200],
  ['no delay, an application that answers at once', {}, 1800, 0, 0],
  ['two successes', { initialDelaySeconds: 5, periodSeconds: 5, successThreshold: 2 }, 1800, 900, 13_200],
])('ready after %s', (_, probe, startMs, answersMs, readyMs) => {
  expect(firstSuccessMs(probe, startMs, answersMs)).toBe(readyMs)
})
