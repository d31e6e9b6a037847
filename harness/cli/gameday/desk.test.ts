import { expect, test } from 'vitest'
import { createDesk, type Desk, isOver, quantileMs } from './desk.ts'
import { statusLines } from './status.ts'

test.each([
  // Prometheus' histogram_quantile: linear within the bucket that the rank falls in.
  [[10, 10], [0.1, 0.2], 0.5, 100],
  [[10, 10], [0.1, 0.2], 0.95, 190],
  [[0, 10, 0], [0.1, 0.2], 0.5, 150],
  [[0, 0, 10], [0.1, 0.2], 0.5, 200],
  [[0, 0], [0.1, 0.2], 0.5, null],
])('of %j in buckets up to %j the quantile %f is %s ms', (counts, bounds, q, expected) => {
  const found = quantileMs(counts, bounds, q)
  if (expected === null) expect(found).toBeNull()
  else expect(found).toBeCloseTo(expected, 9)
})

const rollout = {
  name: 'checkout',
  phase: 'Paused',
  message: 'CanaryPauseStep',
  revision: 2,
  currentHash: 'b',
  stableHash: 'a',
  currentStepIndex: 1,
  stepCount: 5,
  updatedReplicas: 2,
  updatedAvailable: 2,
  replicas: 10,
  aborted: false,
  held: false,
  irreversible: false,
}
const points = Array.from({ length: 40 }, (_, i) => ({ errorRatio: i / 400, p95Ms: i % 5 === 0 ? null : 10 * i }))
const desk: Desk = {
  ...createDesk(),
  rollout,
  versions: [
    { hash: 'a', name: 'r1', points, pods: 8 },
    { hash: 'b', name: 'r2', points, pods: 2 },
  ],
  pages: 2,
  unanswered: 1,
  questions: [
    {
      number: 1,
      effectId: 'e',
      action: 'restart pod checkout-5d5f-x of Rollout/shop/checkout'.repeat(2),
      askedMs: 0,
      isOpen: true,
    },
  ],
}

test('how things stand takes four lines that fit a terminal of 80 columns', () => {
  const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 50 }]
  const lines = statusLines({ desk, nowMs: 305_000, level: 'L1', policy: 'careful', steps, speed: 10 })
  expect(lines[0]).toBe('5:05  L1 careful  speed 10x  Paused, step 2 of 5, weight 20%')
  expect(lines[1]).toMatch(/^r1 {2}stable {2}8 pods {2}errors +9\.8% .{14} p95 +390ms .{14}$/)
  expect(lines[3]).toMatch(/^2 pages, unanswered: ack; approve or reject 1: restart pod .*…$/)
  expect(lines).toHaveLength(4)
  expect(lines.filter(line => line.length > 79)).toEqual([])
})

test.each<[string, Partial<Desk>, boolean]>([
  ['nothing has suffered', { lastTouchedMs: null }, false],
  ['something suffers', { lastTouchedMs: 190_000 }, false],
  ['somebody does something', { lastDeedMs: 190_000 }, false],
  ['an update is under way', { rollout }, false],
  ['the engine asks', { questions: desk.questions }, false],
  ['nobody has taken a page', { unanswered: 1 }, false],
  ['all is well and quiet', {}, true],
])('a game is over or not when %s', (_, changes, expected) => {
  const quiet: Desk = {
    ...desk,
    unanswered: 0,
    questions: [],
    rollout: { ...rollout, aborted: true },
    lastTouchedMs: 10_000,
  }
  expect(isOver({ ...quiet, ...changes }, 200_000)).toBe(expected)
})
