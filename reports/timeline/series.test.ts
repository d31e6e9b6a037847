import { expect, test } from 'vitest'
import { scenarioOf, trialOf } from '../../harness/run/fixtures/trials.ts'
import { seriesOf } from './series.ts'

const { events } = trialOf(scenarioOf('error-ratio'), { seed: 1 })
const { versions, traffic, users } = seriesOf(events)

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

test('every look of a version is counted once, and all looks together are the log', () => {
  const looks = events.flatMap(({ type, data }) => (type === 'look.taken' ? data.versions : []))
  for (const counted of ['requests', 'errors'] as const)
    expect(sum(versions.map(series => sum(series[counted])))).toBe(sum(looks.map(look => look[counted])))
})

test('slow requests of the versions are those of the service', () => {
  const looks = events.flatMap(({ type, data }) => (type === 'look.taken' ? [data] : []))
  const ofService = looks.map(look => look.services.find(({ service }) => service === 'checkout')!.slow)
  expect(sum(versions.map(({ slow }) => sum(slow)))).toBe(sum(ofService))
})

test('versions are named in the order in which they came, and traffic is told of each', () => {
  expect(versions.map(({ name }) => name).slice(0, 2)).toEqual(['r1', 'r2'])
  expect(traffic[0]).toEqual({ atMs: 0, pods: [10, ...versions.slice(1).map(() => 0)] })
  expect(traffic.some(({ pods }) => pods[1]! > 0)).toBe(true)
})

test('users are followed cell by cell to the horizon', () => {
  expect(users).toHaveLength(360)
  expect(users.at(-1)!.fromMs).toBe(1_795_000)
})
