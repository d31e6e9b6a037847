import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Behaviour, harmless } from '../../harness/model/behaviour.ts'
import { steadyLoad } from '../../harness/model/load.ts'
import { undisturbed } from '../../harness/model/trial.ts'
import { framesOf, readEvents } from '../../harness/model/trial-log.ts'
import { rolloutView } from './argo/views.ts'
import { eventsOf, runUntil, settingOf } from './fixtures/worlds.ts'
import { type Operation, operate } from './operations.ts'
import { createWorld } from './simulator.ts'
import type { World } from './world.ts'

const horizonMs = 240_000
const load = {
  ...steadyLoad,
  bursts: [{ fromMs: 100_000, toMs: 130_000, factor: 3 }],
  routes: [{ fromMs: 0, shares: { pay: 0.3, quote: 0.7 } }],
  tenants: { big: 0.4, small: 0.6 },
}

const parts: Partial<Behaviour>[] = [
  { errorRatio: 0.05 },
  { errorRatio: 1 },
  { latencyFactor: 40 },
  { tailRatio: 0.2, tailFactor: 20 },
  { hangRatio: 0.05 },
  { hangRatio: 1 },
  { route: 'pay' },
  { route: 'none' },
  { tenant: 'big' },
  { exitAfterMs: 1000 },
  { exitAfterMs: 30_000 },
  { leakedKiBPerRequest: 100 },
  { leakedKiBPerRequest: 20_000 },
  { leakedWorkersPerRequest: 0.001 },
  { leakedWorkersPerRequest: 1 },
  { cpuFactor: 100 },
  { capacityFactor: 0.01 },
  { extraCallsTo: 'database', extraCallsPerRequest: 40 },
  { callTimeoutMs: 1 },
]
const behaviour = fc
  .array(fc.constantFrom(...parts), { minLength: 1, maxLength: 3 })
  .map(some => Object.assign({}, ...some) as Partial<Behaviour>)
const operation = fc.constantFrom<Pick<Operation, 'operation'> & Record<string, unknown>>(
  { operation: 'abort' },
  { operation: 'promote' },
  { operation: 'flagOff' },
  { operation: 'restart' },
  { operation: 'undo' },
  { operation: 'scale', replicas: 1 },
  { operation: 'scale', replicas: 25 },
  { operation: 'release', release: 'fix' },
)

function isSane({ pods, cell, services }: World): boolean {
  const isCount = (count: number) => Number.isSafeInteger(count) && count >= 0
  const counts = [
    ...pods.flatMap(({ counts, growing }) => [...counts, ...growing]),
    ...services.flatMap(({ counts, growing, slow, growingSlow }) => [...counts, ...growing, slow, growingSlow]),
    ...(cell === null ? [] : [cell.requests, cell.bad, cell.touched]),
  ]
  const gauges = pods.flatMap(({ usage, served, arriving, probeDelayMs, sumS, growingS }) => [
    ...Object.values(usage.atStart),
    ...Object.values(usage.adds),
    served,
    arriving,
    probeDelayMs,
    ...sumS,
    ...growingS,
  ])
  return (
    counts.every(isCount) &&
    gauges.every(gauge => Number.isFinite(gauge) && gauge >= 0) &&
    (cell === null || (cell.bad <= cell.requests && cell.touched <= cell.requests))
  )
}

test('counts stay whole, gauges finite and time goes forward, whatever goes wrong and whatever is done about it', () => {
  fc.assert(
    fc.property(
      behaviour,
      fc.boolean(),
      fc.constantFrom(0.5, 50, 400, 3000),
      fc.array(fc.tuple(fc.integer({ min: 40_000, max: 400_000 }), operation), { maxLength: 3 }),
      fc.nat({ max: 1000 }),
      (does, inIncident, requestsPerSecond, steps, seed) => {
        const incident = { atMs: 60_000, behaviour: { ...harmless, ...does }, flag: null }
        const disturbances = {
          ...undisturbed,
          warmUp: { factor: 5, timeConstantMs: 20_000 },
          sickPod: { fromMs: 90_000, toMs: 200_000, errorRatio: 0.7 },
          evictions: [{ atMs: 150_000, pods: 3 }],
        }
        const plan = { seed, requestsPerSecond, load, horizonMs, deployAtMs: 30_000, disturbances }
        const setting = settingOf(inIncident ? {} : does, inIncident ? { ...plan, incident } : plan)
        const world = createWorld(setting, 'live')
        for (const [atMs, what] of [...steps].sort(([a], [b]) => a - b)) {
          runUntil(setting, world, atMs, now => expect(isSane(now)).toBe(true))
          const podTemplateHash = rolloutView(world.rollout).currentHash
          const rest = { toHash: world.goodHash, values: { value: setting.plan.release.repaired, intent: null } }
          operate(world, { effectId: 'x', actor: 'human', podTemplateHash, ...rest, ...what } as Operation)
        }
        runUntil(setting, world, 600_000, now => expect(isSane(now)).toBe(true))
        const times = [...readEvents(framesOf(world.log))].map(({ t }) => t)
        expect(times.every((t, i) => Number.isSafeInteger(t) && t >= (times[i - 1] ?? 0))).toBe(true)
        expect(eventsOf(world, 'truth.cell').map(({ data }) => data.fromMs)).toEqual(
          Array.from({ length: horizonMs / 5000 }, (_, i) => i * 5000),
        )
        for (const { data } of eventsOf(world, 'truth.carried')) {
          expect(data.badPerHour).toBeGreaterThanOrEqual(0)
          expect(data.touchedPerHour).toBeGreaterThanOrEqual(0)
          expect(Number.isFinite(data.badPerHour + data.touchedPerHour)).toBe(true)
        }
      },
    ),
    { numRuns: 6 },
  )
})
