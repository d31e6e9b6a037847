import { expect, test } from 'vitest'
import type { Behaviour } from '../../harness/model/behaviour.ts'
import type { TimedObservation } from '../../harness/model/observation.ts'
import type { TrialPlan } from '../../harness/model/trial.ts'
import { runUntil, settingOf } from './fixtures/worlds.ts'
import { createWorld, drainObservations } from './simulator.ts'

type Probe = Extract<TimedObservation, { type: 'probe.answered' }>

/** Answers to probes when the deployed version serves all requests. */
function probesOf(behaviour: Partial<Behaviour>, changes: Partial<TrialPlan> = {}): Probe[] {
  const setting = settingOf(behaviour, { noiseFree: true, horizonMs: 1_800_000, ...changes })
  const world = createWorld(setting, 'dryRun')
  runUntil(setting, world, 420_000)
  drainObservations(world)
  runUntil(setting, world, 1_800_000)
  return drainObservations(world).filter((one): one is Probe => one.type === 'probe.answered')
}

const medianMs = (probes: readonly Probe[]) =>
  probes.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b)[Math.floor(probes.length / 2)]!

test('probes of a slow version are slow, and do not fail before their timeout', () => {
  const [calm, slow] = [probesOf({}), probesOf({ latencyFactor: 10 })]
  expect(calm.length).toBeGreaterThan(80)
  expect(medianMs(slow) / medianMs(calm)).toBeGreaterThan(4)
  expect(slow.filter(({ ok, durationMs }) => ok && durationMs > 500).length).toBeGreaterThan(5)
  expect(slow.filter(({ ok, durationMs }) => !ok && durationMs < 5000)).toEqual([])
  slow.forEach(({ durationMs }, i) => {
    expect(durationMs).toBeGreaterThanOrEqual(calm[i]!.durationMs)
  })
})

test('probes fail as often as users need the service under test and it fails them', () => {
  const failed = probesOf({ errorRatio: 1 }).filter(({ ok }) => !ok).length
  // 40 % of 92 probes; four standard deviations.
  expect(Math.abs(failed - 0.4 * 92)).toBeLessThan(4 * Math.sqrt(92 * 0.4 * 0.6))
})

test('who does not need a service that is not there gets answers', () => {
  const probes = probesOf({ exitAfterMs: 0 }, { deployAtMs: 0 })
  expect(probes.some(({ ok }) => ok)).toBe(true)
})
