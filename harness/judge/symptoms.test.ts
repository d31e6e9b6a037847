import { expect, test } from 'vitest'
import { cells, logOf, looks, pod } from './fixtures/quiet-logs.ts'
import { firstSymptom, symptomTimes } from './symptoms.ts'

const calm = [...looks(0, 300_000, {}), ...cells(0, 300_000)]
const control = logOf(...calm, pod(20_000, 'a'))
const good = [...looks(0, 100_000, {}), ...cells(0, 100_000)]

test('a log that is its control shows nothing', () => {
  expect(firstSymptom(control, control)).toBe('none')
  expect(symptomTimes(control, control)).toEqual({})
})

// From 100 s on; looks of 50 requests, so that one in a look is 2 %.
test.each([
  ['an error in every look', [looks(100_000, 300_000, { errors: 1 })], { errors: 115_000 }],
  ['two errors', [looks(100_000, 110_000, { errors: 1 }), looks(110_000, 300_000, {})], {}],
  [
    'three errors of a version that answers ten thousand requests a minute',
    [looks(100_000, 300_000, { requests: 1000 }).map((look, i) => (i === 30 ? withErrors(look, 4) : look))],
    {},
  ],
  [
    'a law of latency that has moved by 0.14',
    [looks(100_000, 300_000, { latency: [18, 31, 1, 0] })],
    { latency: 125_000 },
  ],
  ['one that has moved by 0.02', [looks(100_000, 300_000, { latency: [24, 25, 1, 0] })], {}],
  ['a slow tail', [looks(100_000, 300_000, { latency: [25, 23, 1, 1] })], { latency: 125_000 }],
  ['twice as many requests', [looks(100_000, 300_000, { requests: 100, latency: [50, 48, 2, 0] })], {}],
])('%s', (_, changed, times) => {
  const faulty = logOf(...good, pod(20_000, 'a'), ...changed.flat(), ...cells(100_000, 300_000))
  expect(symptomTimes(faulty, control)).toEqual(times)
})

function withErrors([t, type, data]: ReturnType<typeof looks>[number], errors: number) {
  return [t, type, { ...data, versions: data.versions.map(version => ({ ...version, errors })) }] as const
}

test.each([
  ['a restart', 'restarts', [pod(30_000, 'a', { restarts: 1 })]],
  ['a pod that is not Ready for 30 s', 'unready', [pod(100_000, 'a', { ready: false }), pod(130_000, 'a')]],
  ['a pod that is not Ready for less', 'none', [pod(100_000, 'a', { ready: false }), pod(129_000, 'a')]],
  ['a pod that goes shortly before the end', 'none', [pod(280_000, 'a', { phase: 'Terminating' })]],
])('%s shows as %s', (_, symptom, changes) => {
  expect(firstSymptom(logOf(...calm, pod(20_000, 'a'), ...changes), control)).toBe(symptom)
})

test('a pod that is never Ready where the control has one is unready, 30 s later', () => {
  const faulty = logOf(...calm, pod(15_000, 'a', { ready: false }))
  expect(symptomTimes(faulty, control)).toEqual({ unready: 50_000 })
})

test('restarts that the control has too, at about the same time, are none', () => {
  const restarts = (t: number) => logOf(...calm, pod(20_000, 'a'), pod(t, 'a', { restarts: 1 }))
  expect(firstSymptom(restarts(100_000), restarts(120_000))).toBe('none')
  expect(firstSymptom(restarts(100_000), restarts(140_000))).toBe('restarts')
})

test('requests are timeouts where they are bad and no look says why', () => {
  const bad = [...cells(0, 100_000), ...cells(100_000, 300_000, { bad: 1 })]
  const hanging = logOf(...looks(0, 300_000, {}), ...bad, pod(20_000, 'a'))
  expect(symptomTimes(hanging, control)).toEqual({ timeouts: 160_000 })
  const failing = logOf(...looks(0, 100_000, {}), ...looks(100_000, 300_000, { errors: 1 }), ...bad, pod(20_000, 'a'))
  expect(symptomTimes(failing, control)).toEqual({ errors: 115_000 })
})

test('what shows first is the symptom', () => {
  const faulty = logOf(
    ...good,
    ...looks(100_000, 300_000, { errors: 1 }),
    ...cells(100_000, 300_000),
    pod(20_000, 'a'),
    pod(114_000, 'a', { restarts: 1 }),
  )
  expect(symptomTimes(faulty, control)).toEqual({ errors: 115_000, restarts: 114_000 })
  expect(firstSymptom(faulty, control)).toBe('restarts')
})
