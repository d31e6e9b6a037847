import { expect, test } from 'vitest'
import { shippedEnvironment } from '../../../clusters/sim/fixtures/subject.ts'
import type { PeopleHands } from '../../../clusters/stage/cluster-trial.ts'
import { scenarioOf } from '../../run/fixtures/trials.ts'
import type { TeamDeed } from '../../run/game-day.ts'
import { planTrial } from '../../run/plan-trial.ts'
import { kindGameWorld, kindTable } from './kind-game-world.ts'

const minuteMs = 60_000
const plan = planTrial(scenarioOf('error-ratio-smoke'), 'faulty', 3, 10 * minuteMs, shippedEnvironment)

/** A game on a cluster that takes everything down. */
function game() {
  const done: unknown[] = []
  const table = kindTable(minuteMs)
  const hands: PeopleHands = {
    startEpochMs: Date.now(),
    firstHash: 'a',
    append: (_, type, data) => void done.push({ type, data }),
    release: async other => {
      if (other.scenario === 'errors') throw new Error('refused')
      done.push({ released: other.scenario })
    },
    act: async (actor, effectId, operation) => {
      done.push({ actor, effectId, ...operation })
      return { ok: true, message: '' }
    },
    ask: async () => ({ tool: 'logs', error: 'logs are away' }),
  }
  const world = kindGameWorld({
    ...{ table, hands, plan, service: 'checkout', services: ['checkout'], columns: 80 },
    nameOf: hash => hash,
    hashes: () => ({ current: 'b', before: 'a' }),
    planOf: other => planTrial(other, 'faulty', 4, 10 * minuteMs, shippedEnvironment),
  })
  return { world, table, done }
}

const human = { actor: 'human', podTemplateHash: 'b' }

test.each<[TeamDeed, object]>([
  [{ deed: 'page.acknowledged' }, { type: 'page.acknowledged', data: {} }],
  [
    { deed: 'person.decided', decision: 'wait' },
    { type: 'person.decided', data: { decision: 'wait' } },
  ],
  [
    { deed: 'operate', operation: 'abort' },
    { ...human, effectId: 'person/abort', operation: 'abort' },
  ],
  [
    { deed: 'operate', operation: 'undo' },
    { ...human, effectId: 'person/undo', operation: 'undo', toHash: 'a' },
  ],
  [
    { deed: 'operate', operation: 'scale', replicas: 12 },
    { ...human, effectId: 'person/scale', operation: 'scale', fromReplicas: null, replicas: 12 },
  ],
  [
    { deed: 'operate', operation: 'restartPod', pod: 'x' },
    { ...human, effectId: 'person/restartPod', operation: 'restartPod', pod: 'x' },
  ],
])('%j is done on the cluster by people', (deed, expected) => {
  const { world, done } = game()
  expect(world.perform(deed)).toBe('')
  expect(done).toEqual([expected])
})

test.each<[TeamDeed, RegExp]>([
  [{ deed: 'propose fix' }, /no forge/],
  [{ deed: 'operate', operation: 'flagOff' }, /no flag/],
  [{ deed: 'approval.answered', effectId: 'e', answer: 'approved' }, /waits for that no more/],
])('%j cannot be done there', (deed, why) => {
  const { world, done } = game()
  expect(world.perform(deed)).toMatch(why)
  expect(done).toEqual([])
})

test('an approval goes to the engine that waits for it, once', async () => {
  const { world, table } = game()
  const answered = table.people.approve('e', {} as never, '')
  const deed = { deed: 'approval.answered', effectId: 'e', answer: 'rejected' } as const
  expect([world.perform(deed), world.perform(deed)]).toEqual(['', expect.stringMatching(/no more/)])
  expect(await answered).toBe('rejected')
})

test('a release of the configuration is injected, other trouble is refused', async () => {
  const { world, done } = game()
  expect(await world.inject(scenarioOf('latency'))).toBe('')
  expect(done).toEqual([{ released: 'latency' }])
  expect(await world.inject({ ...scenarioOf('error-ratio'), name: 'errors' })).toBe('it did not begin: refused')
  for (const name of ['prometheus-down', 'wrong-image', 'feature-flag'])
    expect(await world.inject(scenarioOf(name))).toMatch(/only a release that changes the configuration/)
})

test('what a tool cannot tell is said with its reason', async () => {
  expect(await game().world.look('logs', undefined)).toEqual(['logs are away'])
})
