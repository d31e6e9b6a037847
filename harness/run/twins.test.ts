import { readdirSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TrialEvent } from '../model/event.ts'
import { controlOf } from '../model/scenario.ts'
import { eventLine } from '../model/trial-log.ts'
import { eventsOf, rowOf, scenarioOf, type Trial, trialOf } from './fixtures/trials.ts'

const names = ['error-ratio', 'latency', 'crash-at-start'] as const
const seeds = fc.integer({ min: 1, max: 2 ** 31 - 1 })
const runs = { numRuns: 4, seed: 1 }
/** Shorter than a suite's, for speed: by then each of these faults has acted. */
const horizonMs = 600_000

/** Lines of the events before a time, without the declared diff and the head's variant. */
function linesBefore({ events }: Trial, endMs: number): string[] {
  return events.filter(({ t }) => t < endMs).map(event => eventLine(undeclared(event)))
}

function undeclared(event: TrialEvent): TrialEvent {
  if (event.type === 'trial.started') return { ...event, data: { ...event.data, variant: '' } }
  if (event.type === 'release.updated') return { ...event, data: { ...event.data, toValue: '' } }
  if (event.type !== 'commit.pushed') return event
  return { ...event, data: { ...event.data, changes: event.data.changes.map(change => ({ ...change, toValue: '' })) } }
}

describe.each(names)('a faulty trial and its twin: %s', name => {
  const scenario = scenarioOf(name)
  const pairOf = (seed: number, policy: string) => {
    const row = rowOf(policy)
    return [
      trialOf(scenario, { seed, row, horizonMs }),
      trialOf(scenario, { seed, row, horizonMs, variant: 'twin' }),
    ] as const
  }

  test('have the same log up to onset, and not after it', () => {
    fc.assert(
      fc.property(seeds, seed => {
        const [faulty, twin] = pairOf(seed, 'careful')
        const { onsetMs } = faulty.result.facts
        expect(onsetMs).toBeGreaterThan(120_000)
        expect(twin.result.facts.onsetMs).toBeNull()
        const before = linesBefore(faulty, onsetMs!)
        expect(before).toEqual(linesBefore(twin, onsetMs!))
        expect(before.join('')).toContain('"type":"release.updated"')
        expect(linesBefore(faulty, Infinity)).not.toEqual(linesBefore(twin, Infinity))
      }),
      runs,
    )
  })

  test('declare a diff of values that are equally long and nothing else', () => {
    const [faulty, twin] = pairOf(7, 'null').map(trial => eventsOf(trial, 'release.updated')[0]!)
    expect(faulty!.data.toValue).not.toBe(twin!.data.toValue)
    expect(faulty!.data.toValue).toHaveLength(twin!.data.toValue.length)
    expect({ ...faulty!.data, toValue: '' }).toEqual({ ...twin!.data, toValue: '' })
  })

  test('are called equally often, and while nobody acts their pods live alike where the fault does not end them', () => {
    fc.assert(
      fc.property(seeds, seed => {
        const [faulty, twin] = pairOf(seed, 'null')
        const load = (trial: Trial) => eventsOf(trial, 'truth.cell').map(({ data }) => [data.fromMs, data.requests])
        expect(load(faulty)).toEqual(load(twin))
        expect(eventsOf(twin, 'truth.cell').every(({ data }) => data.touched === 0)).toBe(true)
        if (name === 'crash-at-start') return
        for (const type of ['pod.changed', 'traffic.shifted'] as const) {
          const seen = (trial: Trial) => eventsOf(trial, type).map(({ t, data }) => ({ t, data }))
          expect(seen(faulty)).toEqual(seen(twin))
        }
      }),
      runs,
    )
  })
})

test('a fault never makes a request good that its twin fails', () => {
  const scenario = scenarioOf('error-ratio')
  for (const seed of [1, 2, 3]) {
    const [faulty, twin] = (['faulty', 'twin'] as const).map(variant =>
      eventsOf(trialOf(scenario, { seed, variant, horizonMs, row: rowOf('null') }), 'truth.cell'),
    )
    faulty!.forEach(({ data }, i) => {
      expect(data.bad).toBeGreaterThanOrEqual(twin![i]!.data.bad)
      expect(data.bad - twin![i]!.data.bad).toBeLessThanOrEqual(data.touched)
    })
  }
})

/**
 * Workers that leak away, and pods that are too few, let requests wait a little longer, by less than counts as touched; an image that is
 * not there cannot be on a node already, and is found missing when its pull has failed. A Prometheus that is silent is so before that counts
 * against a release.
 */
const tellsBefore = [
  'connection-leak',
  'stable-leak',
  'returning-leak',
  'capacity',
  'capacity-smoke',
  'wrong-image',
  'silent-analysis',
]
const catalogue = readdirSync(new URL('../../scenarios/catalogue', import.meta.url))
  .map(file => file.replace('.yaml', ''))
  .filter(name => !tellsBefore.includes(name))

test.each(catalogue)('nothing but opaque text tells a faulty trial from its control until the fault acts: %s', name => {
  const scenario = scenarioOf(name)
  // A fault may wait for traffic that comes late.
  const untilMs = name === 'late-route' ? 1_800_000 : horizonMs
  const [faulty, control] = (['faulty', controlOf(scenario)] as const).map(variant =>
    trialOf(scenario, { variant, horizonMs: untilMs, row: rowOf('null') }),
  )
  const { onsetMs } = faulty!.result.facts
  // Texts of `encodeRelease` and `encodeReference`.
  const masked = (line: string) =>
    line.replace(/[\w-]{200,}|\b[0-9a-f]{26}\b/g, ({ length }) => `${length} opaque digits`)
  const seen = ({ events }: Trial) =>
    events.filter(({ t, type }) => t < onsetMs! && type !== 'trial.started').map(event => masked(eventLine(event)))
  expect(seen(faulty!).length).toBeGreaterThan(8)
  expect(seen(faulty!)).toEqual(seen(control!))
})
