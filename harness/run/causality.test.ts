import { describe, expect, test } from 'vitest'
import { type EngineState, step } from '../../remediator/engine.ts'
import type { Effect } from '../model/effect.ts'
import type { TimedObservation } from '../model/observation.ts'
import { jumpy } from './fixtures/all-rows.ts'
import { engineOf, errorsOf, observationsOf, policyOf, scenarioOf, settingOf } from './fixtures/trials.ts'

const recordings = (['error-ratio', 'latency', 'crash-at-start', 'dependency-outage'] as const).map(name => {
  const setting = settingOf(scenarioOf(name), { seed: 5, variant: name === 'dependency-outage' ? 'scare' : 'faulty' })
  return { name, setting, observations: observationsOf(setting, 'live') }
})
const policies = [
  ['careful', policyOf('careful')],
  ['jumpy', jumpy('L1').spec],
] as const

/** Effects of each observation. */
function play(engine: EngineState, observations: readonly TimedObservation[]): Effect[][] {
  return observations.map(observation => step(engine, observation))
}

/** Where a stream is cut: right after whatever had an effect, where it would be missed, and in the middle. */
function cutsOf(effects: readonly Effect[][]): number[] {
  const withEffect = effects.flatMap((some, i) => (some.length > 0 ? [i + 1] : []))
  return [...withEffect.slice(0, 6), effects.length >> 1]
}

describe.each(recordings)('an engine that watches a recorded trial: $name', ({ setting, observations }) => {
  describe.each(policies)('with the policy %s', (_, policy) => {
    const fresh = () => engineOf(setting, { policy })
    const whole = play(fresh(), observations)

    test('gives the same effects each time, also from a snapshot that went through text', () => {
      expect(play(fresh(), observations)).toEqual(whole)
      const half = observations.length >> 1
      const engine = fresh()
      play(engine, observations.slice(0, half))
      const { setting: shared, ...snapshot } = structuredClone(engine)
      expect(play({ setting: shared, ...snapshot }, observations.slice(half))).toEqual(whole.slice(half))
      // The snapshot was not the engine itself: it goes on from where it was, as often as it is asked.
      expect(play(engine, observations.slice(half))).toEqual(whole.slice(half))
    })

    test('does nothing earlier or later because of what comes after', () => {
      const lengths = [1, 2, 3, 5, 8].map(part => Math.floor((observations.length * part) / 9))
      for (const length of lengths) expect(play(fresh(), observations.slice(0, length))).toEqual(whole.slice(0, length))
      // Nor does a different future: all that comes after is another trial's.
      const length = lengths[0]!
      const strange = observations.slice(length).map(one => (one.type === 'look' ? blinded(one) : one))
      expect(play(fresh(), [...observations.slice(0, length), ...strange]).slice(0, length)).toEqual(
        whole.slice(0, length),
      )
    })
  })
})

test('the recordings are worth the name: something is decided in each of the faults', () => {
  for (const { name, setting, observations } of recordings) {
    const effects = play(engineOf(setting), observations).flat()
    expect(
      effects.some(effect => effect.type === 'abort'),
      name,
    ).toBe(name !== 'dependency-outage')
  }
})

/** The look without its errors, as if no code of the telemetry were one. */
function blinded(observation: TimedObservation & { readonly type: 'look' }): TimedObservation {
  const { versions, services } = observation.look
  const without = <T extends { readonly errors: number }>(one: T) => ({ ...one, errors: 0 })
  const look = { ...observation.look, versions: versions.map(without), services: services.map(without) }
  return { ...observation, look }
}

/** Errors taken for successes: they are in the latency buckets too. */
function mistaken(observation: TimedObservation): TimedObservation {
  if (observation.type !== 'look') return observation
  const versions = observation.look.versions.map(version => {
    const [first = 0, ...others] = version.latency
    return { ...version, errors: 0, latency: [first + version.errors, ...others] }
  })
  const services = observation.look.services.map(service => ({ ...service, errors: 0 }))
  return { ...observation, look: { ...observation.look, versions, services } }
}

test('an engine that is blind to errors misses the error-ratio fault', () => {
  for (const seed of [1, 2, 3, 4]) {
    const setting = settingOf(errorsOf(0.3), { seed })
    const observations = observationsOf(setting)
    const alarms = (seen: readonly TimedObservation[]) =>
      play(engineOf(setting), seen)
        .flat()
        .flatMap(effect => (effect.type === 'alarm' && effect.deciding ? [effect.alarm.detector] : []))
        // Failed checks are users' errors seen by another eye.
        .filter(detector => detector !== 'probe')
    expect(alarms(observations)[0]).toBe('onset-expert')
    expect(alarms(observations.map(one => (one.type === 'look' ? blinded(one) : one)))).toEqual([])
    expect(alarms(observations.map(mistaken))).toEqual([])
  }
})

test('an engine that sees the next look early would be found out by where the stream is cut', () => {
  const setting = settingOf(errorsOf(0.3), { seed: 1 })
  const observations = observationsOf(setting)
  const peek = (seen: readonly TimedObservation[]) =>
    seen.map((observation, i): TimedObservation => {
      if (observation.type !== 'look') return observation
      const next = seen.slice(i + 1).find(one => one.type === 'look')
      return next === undefined ? observation : { ...observation, look: next.look }
    })
  const whole = play(engineOf(setting), peek(observations))
  const differs = cutsOf(whole).filter(length => {
    const cut = play(engineOf(setting), peek(observations.slice(0, length)))
    return JSON.stringify(cut) !== JSON.stringify(whole.slice(0, length))
  })
  expect(differs).not.toEqual([])
})
