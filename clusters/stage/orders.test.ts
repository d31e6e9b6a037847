import { expect, test } from 'vitest'
import { behaviourOf, harmless } from '../../harness/model/behaviour.ts'
import { type Disturbances, type TrialPlan, undisturbed } from '../../harness/model/trial.ts'
import { serviceOrders, subjectOrders, turningPoints, unplayed } from './orders.ts'
import { noOrders, slownessOf } from './subject/orders.ts'

function plan(disturbances: Partial<Disturbances>, changes: Partial<TrialPlan> = {}): TrialPlan {
  const release = { target: 'env', before: '', after: '', repaired: '', intent: null }
  const quiet = { behaviour: harmless, incident: null, seed: 0, release, ...changes }
  return { ...quiet, disturbances: { ...undisturbed, ...disturbances } } as TrialPlan
}

const pod = { isOld: false, isSick: false, place: undefined }
const calm = { quieted: [], flags: {} }
const window = { fromMs: 10_000, toMs: 20_000 }
const outage = { ...window, service: 'payments', errorRatio: 0.5, timeFactor: 2, capacityFactor: 1 }

test('an undisturbed trial gives no orders', () => {
  expect(subjectOrders(plan({}), 0, pod, calm)).toEqual(noOrders)
  expect(turningPoints(plan({}))).toEqual([])
})

test('pods that come after t = 0 warm up, those from before are warm', () => {
  const warmUp = { factor: 6, timeConstantMs: 20_000 }
  const cold = subjectOrders(plan({ warmUp }), 30_000, pod, calm)
  expect(subjectOrders(plan({ warmUp }), 30_000, { ...pod, isOld: true }, calm)).toEqual(noOrders)
  expect(slownessOf(cold, 0)).toBeCloseTo(6)
  expect(slownessOf(cold, 20_000)).toBeCloseTo(1 + 5 / Math.E)
  expect(slownessOf(cold, 400_000)).toBeCloseTo(1)
})

test.each([
  ['before', 9999, noOrders],
  ['from then on', 10_000, { ...noOrders, errorRatio: 0.5, timeFactor: 2 }],
  ['when it is over', 20_000, noOrders],
])('a service suffers in its window: %s', (_, tMs, expected) => {
  expect(serviceOrders([outage], 'payments', tMs)).toEqual(expected)
  expect(serviceOrders([outage], 'inventory', tMs)).toEqual(noOrders)
})

test('two troubles of one service add up', () => {
  expect(serviceOrders([outage, outage], 'payments', 10_000)).toMatchObject({ errorRatio: 0.75, timeFactor: 4 })
})

test('orders change at the ends of windows, and when an incident begins', () => {
  const incident = { atMs: 15_000, behaviour: behaviourOf({ capacityFactor: 0.5 }), flag: null }
  const disturbed = plan({ services: [outage], scrapesFail: [{ fromMs: 5000, toMs: 10_000 }] }, { incident })
  expect(turningPoints(disturbed)).toEqual([5000, 10_000, 15_000, 20_000])
  expect(subjectOrders(disturbed, 14_999, pod, calm).behaviour).toEqual({})
  expect(subjectOrders(disturbed, 15_000, pod, calm).behaviour).toEqual({ capacityFactor: 0.5 })
})

test('what a flag switches on lasts as long as the flag is on', () => {
  const flag = { name: 'session-cache', before: 'off', after: 'on' }
  const flagged = plan({}, { incident: { atMs: 15_000, behaviour: behaviourOf({ errorRatio: 0.5 }), flag } })
  const behaviourWith = (value: string) =>
    subjectOrders(flagged, 20_000, pod, { ...calm, flags: { [flag.name]: value } }).behaviour
  expect(behaviourWith('off')).toEqual({})
  expect(behaviourWith('on')).toEqual({ errorRatio: 0.5 })
})

test('of pods that leak workers since long before, three have hardly one left', () => {
  const incident = { atMs: 0, behaviour: behaviourOf({ leakedWorkersPerRequest: 0.001 }), flag: null }
  const leaking = plan({}, { incident, seed: 4 })
  const lost = Array.from(
    { length: 10 },
    (_, place) => 0.001 * subjectOrders(leaking, 0, { isOld: true, isSick: false, place }, calm).servedBefore,
  )
  expect(lost.filter(workers => workers > 3.4)).toHaveLength(3)
  expect(lost.filter(workers => workers < 0.3)).toHaveLength(7)
  expect(subjectOrders(leaking, 0, pod, calm).servedBefore).toBe(0)
})

test('what cannot be played is told at once, with the reasons', () => {
  const impossible = plan(
    {
      noisyNeighbours: [{ ...window, timeFactor: 2 }],
      prometheusSlow: [{ ...window, delayMs: 1 }],
      services: [{ ...outage, service: 'database' }],
    },
    { behaviour: behaviourOf({ extraCallsTo: 'catalog', extraCallsPerRequest: 2 }) },
  )
  const props = { services: ['payments', 'catalog'], dependency: 'payments', hasTags: true }
  const reasons = unplayed(impossible, props)
  expect(reasons.map(reason => reason.split(':')[0])).toEqual([
    'noisy-neighbour',
    'prometheus-slow',
    'dependency-outage',
    'extra calls',
  ])
  expect(unplayed(plan({ services: [outage] }), props)).toEqual([])
  const imaged = plan({}, { release: { target: 'image', before: '1', after: '2', repaired: '3', intent: null } })
  expect(unplayed(imaged, props)).toEqual([])
  expect(unplayed(imaged, { ...props, hasTags: false })).toHaveLength(1)
})
