import { expect, test } from 'vitest'
import { shippedEnvironment } from '../../../clusters/sim/fixtures/subject.ts'
import type { PeopleHands } from '../../../clusters/stage/cluster-trial.ts'
import { variantsOf } from '../../model/scenario.ts'
import { type Disturbances, undisturbed } from '../../model/trial.ts'
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
    inject: async (all, added) => {
      if (added.scenario === 'errors') throw new Error('refused')
      const { deployAtMs, incident, disturbances } = added
      const known = Object.keys(disturbances).filter(
        key => `${all.disturbances[key as keyof Disturbances]}` !== `${undisturbed[key as keyof Disturbances]}`,
      )
      done.push({ injected: added.scenario, deployed: deployAtMs !== null, flag: incident?.flag?.name, known })
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
    planOf: other => planTrial(other, variantsOf(other)[0]!, 4, 10 * minuteMs, shippedEnvironment),
    unplayed: ({ scenario }) => (scenario === 'noisy-neighbour' ? ['it would slow the others'] : []),
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

test('releases, outages and flags are injected, and what a cluster cannot play is refused', async () => {
  const { world, done } = game()
  for (const name of ['latency', 'prometheus-down', 'feature-flag'])
    expect(await world.inject(scenarioOf(name))).toBe('')
  expect(done).toEqual([
    { injected: 'latency', deployed: true, flag: undefined, known: [] },
    { injected: 'prometheus-down', deployed: true, flag: undefined, known: ['prometheusDown'] },
    { injected: 'feature-flag', deployed: false, flag: 'new-pricing', known: ['prometheusDown'] },
  ])
  expect(await world.inject({ ...scenarioOf('error-ratio'), name: 'errors' })).toBe('it did not begin: refused')
  expect(await world.inject(scenarioOf('noisy-neighbour'))).toBe('it would slow the others')
  expect(await world.inject(scenarioOf('wrong-image'))).toMatch(/only those that change the configuration/)
  expect(await world.inject(scenarioOf('capacity'))).toMatch(/one weakness of the service a game/)
})

test('a flag that was injected can be switched off', async () => {
  const { world, done } = game()
  await world.inject(scenarioOf('feature-flag'))
  expect(world.perform({ deed: 'operate', operation: 'flagOff' })).toBe('')
  expect(done.at(-1)).toMatchObject({ ...human, operation: 'flagOff', flag: 'new-pricing', value: expect.any(String) })
})

test('what a tool cannot tell is said with its reason', async () => {
  expect(await game().world.look('logs', undefined)).toEqual(['logs are away'])
})
