import { expect, test } from 'vitest'
import { stockArgoSubject } from '../../clusters/sim/fixtures/subject.ts'
import { foldTouches } from '../judge/touches.ts'
import { errorsOf, eventsOf, rowOf, scenarioOf, type Trial, trialOf } from './fixtures/trials.ts'

const horizonMs = 1_800_000
const dayMs = 86_400_000

const stock = { row: rowOf('stock-argo'), subject: stockArgoSubject() }

/** When a repair, or the release once more, became Healthy; undefined where it did not. */
function healthyMs(trial: Trial, what: 'fix' | 'retry') {
  const released =
    what === 'fix'
      ? eventsOf(trial, 'release.updated').find(({ data }) => data.release === what)!
      : eventsOf(trial, 'operation.started').find(({ data }) => data.operation === what)!
  const view = eventsOf(trial, 'rollout.changed').find(
    ({ t, data }) => t > released.t && data.phase === 'Healthy' && data.stableHash === released.data.podTemplateHash,
  )
  return { releasedMs: released.t, healthyMs: view?.t }
}

test('a repair that comes hours later is judged by what it does, and passes an unguarded analysis', () => {
  const trial = trialOf(errorsOf(0.9), stock)
  const { releasedMs, healthyMs: doneMs } = healthyMs(trial, 'fix')
  expect(releasedMs).toBeGreaterThan(horizonMs)
  // Two pauses of 120 s, and after each three measurements 30 s apart.
  expect(doneMs! - releasedMs).toBeGreaterThan(2 * (120_000 + 60_000))
  expect(doneMs! - releasedMs).toBeLessThan(2 * (120_000 + 60_000) + 60_000)
  expect(eventsOf(trial, 'rollout.aborted')).toHaveLength(1)
  expect(trial.result.facts.resolvedMs).toBe(doneMs)
})

test('a good release that is let out again after the horizon passes where it was aborted for want of telemetry', () => {
  const disturbances = [{ kind: 'prometheus-down', at: '260s', for: '60s' }]
  const scenario = errorsOf(0.9, { disturbances })
  const trial = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    .map(seed => trialOf(scenario, { ...stock, variant: 'twin', seed }))
    .find(one => healthyMs(one, 'retry').releasedMs > horizonMs)!
  expect(eventsOf(trial, 'rollout.aborted')).toHaveLength(1)
  expect(eventsOf(trial, 'rollout.aborted')[0]!.data.message).toContain('consecutiveErrors')
  const { releasedMs, healthyMs: doneMs } = healthyMs(trial, 'retry')
  expect(doneMs! - releasedMs).toBeLessThan(2 * (120_000 + 60_000) + 60_000)
})

test('nothing is counted one by one after the horizon: rates are carried on with the pods that serve', () => {
  const trial = trialOf(errorsOf(0.5), { row: rowOf('careful', 'L0') })
  for (const type of ['truth.cell', 'look.taken', 'look.missed'] as const)
    expect(eventsOf(trial, type).every(({ t }) => t <= horizonMs)).toBe(true)
  expect(eventsOf(trial, 'truth.cell').at(-1)!.data.fromMs).toBe(horizonMs - 5000)
  const carried = eventsOf(trial, 'truth.carried')
  expect(carried[0]!.t).toBe(horizonMs)
  expect(trial.events.at(-1)).toMatchObject({ t: dayMs, type: 'trial.ended' })
})

test('rates that are carried on are those of the versions that serve', () => {
  // Under null the bad version serves everything: half of what would be good fails, of 50 requests a second.
  const load = { daily: 'off', burstiness: 'off' }
  const trial = trialOf(errorsOf(0.5, { baseErrorRatio: 0, load }), { row: rowOf('null') })
  const [carried, ...changes] = eventsOf(trial, 'truth.carried')
  expect(changes).toEqual([])
  expect(carried!.data.touchedPerHour).toBe(0.5 * 50 * 3600)
  // Slow ones are bad too, some of 10 000; and of the users of the other routes hardly one.
  const badRatio = carried!.data.badPerHour / (50 * 3600)
  expect(badRatio).toBeGreaterThan(0.5)
  expect(badRatio).toBeLessThan(0.5 + 0.002)
  const last = eventsOf(trial, 'truth.cell').slice(-100)
  const touched = last.reduce((sum, { data }) => sum + data.touched, 0)
  const mean = (0.5 * 50 * 500) / touched
  // 12 500 touched requests are expected; counts of a cell have three times a Poisson's variance.
  expect(Math.abs(mean - 1)).toBeLessThan((4 * Math.sqrt(3)) / Math.sqrt(12_500))
})

test('a crash loop that nobody stops suffers to the end of the day', () => {
  const trial = trialOf(scenarioOf('crash-at-start'), { row: rowOf('null') })
  expect(foldTouches(trial.events, 0).stillTouched).toBe(true)
  expect(trial.result.facts.recoveredMs).toBeNull()
  const restarts = eventsOf(trial, 'pod.changed').map(({ data }) => data.restarts)
  // Five minutes apart at the most: 24 h hold 288 of them, less the first ones, which come sooner.
  expect(Math.max(...restarts)).toBeGreaterThan(280)
  expect(Math.max(...restarts)).toBeLessThan(300)
})
