import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { steadyLoad } from '../../harness/model/load.ts'
import { undisturbed } from '../../harness/model/trial.ts'
import { framesOf } from '../../harness/model/trial-log.ts'
import { runUntil, settingOf } from './fixtures/worlds.ts'
import { createWorld } from './simulator.ts'
import { cloneWorld, type World } from './world.ts'

/** Much of what a world can be in the middle of: a storm with a shadow, leaks, ill pods, pods on their way, retries, a silent Prometheus. */
const stormy = settingOf(
  { leakedKiBPerRequest: 200, latencyFactor: 3, extraCallsTo: 'database', extraCallsPerRequest: 3 },
  {
    deployAtMs: 60_000,
    horizonMs: 360_000,
    requestsPerSecond: 300,
    load: { ...steadyLoad, bursts: [{ fromMs: 200_000, toMs: 230_000, factor: 2 }] },
    disturbances: {
      ...undisturbed,
      services: [
        { service: 'payments', fromMs: 150_000, toMs: 200_000, errorRatio: 0.3, timeFactor: 2, capacityFactor: 0.5 },
      ],
      scrapesFail: [{ fromMs: 170_000, toMs: 190_000 }],
      prometheusRestarts: [{ fromMs: 240_000, toMs: 250_000 }],
      warmUp: { factor: 4, timeConstantMs: 20_000 },
      sickPod: { fromMs: 90_000, toMs: 300_000, errorRatio: 0.5 },
      noisyNeighbours: [{ fromMs: 130_000, toMs: 180_000, timeFactor: 3 }],
      evictions: [{ atMs: 210_000, pods: 2 }],
    },
  },
)
const untilMs = 400_000

/** What a world has said in its log and to those who watch since its beginning, and how it stands but for the samples of Prometheus. */
function told({ log, observations, prometheus, ...state }: World): string {
  const samples = prometheus.targets.map(({ rows }) => rows)
  return `${Buffer.from(framesOf(log)).toString('base64')} ${JSON.stringify([observations, samples, state])}`
}

describe('a clone', () => {
  const original = createWorld(stormy, 'live')
  const seen = { shadow: false, storm: false, sick: false, exhausting: false, touched: false, restarted: false }
  runUntil(stormy, original, untilMs, world => {
    seen.shadow ||= world.shadow?.storm != null
    seen.storm ||= world.system.storm !== null
    seen.sick ||= world.pods.some(({ sick }) => sick)
    seen.exhausting ||= world.queue.heap.some(({ type }) => type === 'memory.exhausted')
    seen.touched ||= world.touchedPods.length > 0
    seen.restarted ||= world.pods.some(({ usage }) => usage.atStart.restarts > 0)
  })
  const whole = told(original)

  test('can be made in the middle of all of this', () => {
    for (const [what, isSeen] of Object.entries(seen)) expect(isSeen, what).toBe(true)
  })

  test('goes on exactly as the world that it was made of, which never notices, whatever the instant', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: untilMs }), fc.nat({ max: 200 }), (atMs, lead) => {
        const world = createWorld(stormy, 'live')
        runUntil(stormy, world, atMs)
        const clone = cloneWorld(world)
        // One runs ahead of the other; then the other, from where it was.
        runUntil(stormy, clone, untilMs - lead * 1000)
        runUntil(stormy, world, untilMs)
        runUntil(stormy, clone, untilMs)
        expect(told(clone) === whole).toBe(true)
        expect(told(world) === whole).toBe(true)
      }),
      { numRuns: 8 },
    )
  })
})
