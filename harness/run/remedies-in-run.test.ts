import { describe, expect, test } from 'vitest'
import { rolloutView } from '../../clusters/sim/argo/views.ts'
import { logMessages } from '../../clusters/sim/logs.ts'
import { type Operation, operate } from '../../clusters/sim/operations.ts'
import type { SafeAction } from '../model/safe-action.ts'
import { type HandRun, runByHand } from './fixtures/hand-run.ts'
import { eventsOf, rowOf, scenarioOf } from './fixtures/trials.ts'
import { sendPage } from './people-in-run.ts'
import { isRightAction } from './remedies-in-run.ts'
import type { Run } from './row.ts'

const minutes = (n: number) => n * 60_000 + 7
const seeds = [2, 3]
const row = rowOf('null')

/** Somebody is called, whatever detectors make of it. */
const called = { atMs: minutes(8), what: (run: Run) => sendPage(run, 'e/1', null, 'users complain') }
const deedsOf = (hand: HandRun, actor: string) =>
  eventsOf(hand, 'operation.started').flatMap(({ data }) => (data.actor === actor ? [data.operation] : []))

type Deed<T = Operation> = T extends Operation ? Omit<T, 'effectId' | 'actor' | 'podTemplateHash'> : never

/** What an engine at level 4 might do. */
const byEngine = (atMs: number, deedIn: (run: Run) => Deed) => ({
  atMs,
  what: (run: Run) => {
    const { currentHash: podTemplateHash } = rolloutView(run.world.rollout)
    operate(run.world, { ...deedIn(run), effectId: 'e/2', actor: 'engine', podTemplateHash } as Operation)
  },
})
const worn = (run: Run) => run.world.pods.toSorted((a, b) => b.served - a.served)[0]!.name

describe.each<[string, string, (run: Run) => Deed]>([
  ['noisy-log', 'quietLog', () => ({ operation: 'quietLog', message: logMessages.deprecated, quiet: true })],
  ['stable-leak', 'restart', () => ({ operation: 'restart' })],
  ['feature-flag', 'flagOff', () => ({ operation: 'flagOff' })],
  ['capacity', 'scale', () => ({ operation: 'scale', replicas: 30 })],
])('in %s', (name, remedy, deed) => {
  const scenario = scenarioOf(name)

  test(`whoever is called finds the cause and then does the remedy, ${remedy}, once`, () => {
    for (const seed of seeds) {
      const hand = runByHand(scenario, [called], { seed, row })
      if (eventsOf(hand, 'cause.found').length === 0) continue
      const own = eventsOf(hand, 'operation.started').filter(({ data }) => data.operation === remedy)
      expect(own.map(({ data }) => data.actor)).toEqual(['human'])
      expect(own[0]!.t).toBeGreaterThan(eventsOf(hand, 'cause.found')[0]!.t)
      expect(eventsOf(hand, 'operation.finished').every(({ data }) => data.ok)).toBe(true)
    }
  })

  test('nobody does what the engine has done already', () => {
    for (const seed of seeds) {
      const hand = runByHand(scenario, [called, byEngine(minutes(8.5), deed)], { seed, row })
      expect(deedsOf(hand, 'engine')).toEqual([remedy])
      expect(deedsOf(hand, 'human')).not.toContain(remedy)
    }
  })
})

test('of pods that are worn out a person restarts the rest, where the engine has restarted one', () => {
  const restart = byEngine(minutes(8.5), run => ({ operation: 'restartPod', pod: worn(run) }))
  const hand = runByHand(scenarioOf('stable-leak'), [called, restart], { row })
  expect(deedsOf(hand, 'engine')).toEqual(['restartPod'])
  expect(deedsOf(hand, 'human')).toEqual(['restart'])
})

describe('a good release that its analysis stops', () => {
  test('for a limit that is too tight goes live once somebody has widened that', () => {
    for (const seed of seeds) {
      const hand = runByHand(scenarioOf('tight-threshold'), [], { seed })
      if (eventsOf(hand, 'person.looked').length === 0) continue
      const deeds = deedsOf(hand, 'human')
      expect(deeds.indexOf('retry')).toBeGreaterThan(deeds.indexOf('widenThreshold'))
      expect(eventsOf(hand, 'threshold.changed')[0]!.data.toValue).toBeGreaterThan(0.0082)
      expect(rolloutView(hand.run.world.rollout)).toMatchObject({ aborted: false, phase: 'Healthy' })
    }
  })

  test('for silence is tried again, and is not left held', () => {
    for (const seed of seeds) {
      const hand = runByHand(scenarioOf('silent-analysis'), [], { seed })
      const aborted = eventsOf(hand, 'rollout.aborted').length > 0
      if (!aborted || eventsOf(hand, 'person.looked').length === 0) continue
      expect(deedsOf(hand, 'human')).toContain('retry')
      expect(rolloutView(hand.run.world.rollout)).toMatchObject({ aborted: false, held: false, phase: 'Healthy' })
    }
  })
})

test('an action is right where it is a remedy, is aimed well, and is needed still', () => {
  const target = { kind: 'Rollout', namespace: 'shop', name: 'checkout' }
  const quiet = (message: string): SafeAction => ({ class: 'quietLog', target, message })
  const answers: boolean[] = []
  const ask = (atMinutes: number, action: (run: Run) => SafeAction) => ({
    atMs: minutes(atMinutes),
    what: (run: Run) => void answers.push(isRightAction(run, action(run))),
  })
  runByHand(
    scenarioOf('noisy-log'),
    [
      ask(7, () => quiet(logMessages.deprecated)),
      ask(7, () => quiet(logMessages.slowRequest)),
      ask(7, () => ({ class: 'scale', target, fromReplicas: 10, replicas: 15 })),
      byEngine(minutes(8), () => ({ operation: 'quietLog', message: logMessages.deprecated, quiet: true })),
      ask(9, () => quiet(logMessages.deprecated)),
    ],
    { row },
  )
  expect(answers).toEqual([true, false, false, false])
  answers.length = 0
  const restart = (pod: string): SafeAction => ({ class: 'restartPod', target, pod })
  const fresh = (run: Run) => run.world.pods.toSorted((a, b) => a.served - b.served)[0]!.name
  runByHand(scenarioOf('stable-leak'), [ask(7, run => restart(worn(run))), ask(7, run => restart(fresh(run)))], { row })
  expect(answers).toEqual([true, false])
})
