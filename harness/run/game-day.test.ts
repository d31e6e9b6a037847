import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { shippedEnvironment, subjectOf } from '../../clusters/sim/fixtures/subject.ts'
import { worldSetting } from '../../clusters/sim/world-setting.ts'
import type { Level } from '../model/effect.ts'
import type { EventType, TrialEvent } from '../model/event.ts'
import { type Scenario, variantsOf } from '../model/scenario.ts'
import { readEvents } from '../model/trial-log.ts'
import { errorsOf, rowOf, scenarioOf, trialOf } from './fixtures/trials.ts'
import { askGame, endGame, type Game, performDeed, playGame, startGame, takeEvents } from './game-day.ts'
import { injectScenario } from './inject.ts'
import { planTrial } from './plan-trial.ts'

const seed = 7
const minuteMs = 60_000

function gameOf(scenario: Scenario, level: Level, people: 'team' | 'simulated' = 'team', policy = 'careful'): Game {
  const plan = planTrial(scenario, variantsOf(scenario)[0]!, seed, 30 * minuteMs, shippedEnvironment)
  return startGame(worldSetting(plan, subjectOf(), shippedEnvironment), rowOf(policy, level), people)
}

const errors = errorsOf(0.2)
const timesOf = (events: readonly TrialEvent[], type: EventType) =>
  events.filter(event => event.type === type).map(({ t }) => t)
const human = (events: readonly TrialEvent[]) =>
  events.filter(({ type, data }) => type === 'operation.started' && data.actor === 'human')

/** A whole game, played in steps of one length. */
function digestOf(stepMs: number): string {
  const game = gameOf(errors, 'L0')
  const playTo = (ms: number) => {
    for (let t = stepMs; t < ms; t += stepMs) playGame(game, t)
    playGame(game, ms)
  }
  playTo(3 * minuteMs)
  performDeed(game, { deed: 'page.acknowledged' })
  playTo(4 * minuteMs)
  performDeed(game, { deed: 'operate', operation: 'abort' })
  playTo(6 * minuteMs)
  expect(injectScenario(game, scenarioOf('latency'))).toBe('')
  playTo(10 * minuteMs)
  performDeed(game, { deed: 'operate', operation: 'scale', replicas: 12 })
  return createHash('sha256').update(endGame(game)).digest('hex')
}

test('the same deeds at the same times give the same log, however often the clock was looked at', () => {
  expect(new Set([777, 5000, 30 * minuteMs].map(digestOf)).size).toBe(1)
})

test('a game with the simulated person is the trial that any run would play', () => {
  const trial = trialOf(errors, { seed, row: rowOf('careful', 'L0') })
  expect(
    createHash('sha256')
      .update(endGame(gameOf(errors, 'L0', 'simulated')))
      .digest('hex'),
  ).toBe(trial.result.digest)
})

test('without the team nobody acts at L0', () => {
  const events = [...readEvents(endGame(gameOf(errors, 'L0')))]
  expect(timesOf(events, 'page.sent')).not.toEqual([])
  expect(timesOf(events, 'page.acknowledged')).toEqual([])
  expect(human(events)).toEqual([])
})

test('what the team does stands in the log as done by people, at the time of the game', () => {
  const game = gameOf(errors, 'L0')
  playGame(game, 200_000)
  performDeed(game, { deed: 'person.decided', decision: 'rollback' })
  performDeed(game, { deed: 'operate', operation: 'abort' })
  playGame(game, 210_000)
  const events = takeEvents(game)
  expect(timesOf(events, 'person.decided')).toEqual([200_000])
  expect(human(events)).toMatchObject([{ t: 200_000, data: { operation: 'abort', effectId: 'person/abort' } }])
  expect(events.find(({ type }) => type === 'rollout.aborted')).toMatchObject({ data: { actor: 'human' } })
  expect(takeEvents(game)).toEqual([])
})

test('a repair that the team sends goes through review and pipeline to the cluster', () => {
  const game = gameOf(errors, 'L1')
  playGame(game, 5 * minuteMs)
  performDeed(game, { deed: 'propose fix' })
  const events = [...readEvents(endGame(game))]
  expect(timesOf(events, 'pullRequest.opened')).toEqual([5 * minuteMs])
  expect(timesOf(events, 'fix.merged')).toHaveLength(1)
})

test.each([
  ['the team answers', 'silent-analysis', 'approved'],
  ['nobody answers in time', 'silent-analysis', 'none'],
  ['where no release is to blame', 'capacity', 'approved'],
] as const)('an approval that the engine asks for: %s', (_, scenario, expected) => {
  const game = gameOf(scenarioOf(scenario), 'L4', 'team', 'conservative')
  let asked: TrialEvent | undefined
  for (let t = 0; asked === undefined && t < 30 * minuteMs; t += 5000) {
    playGame(game, t)
    asked = takeEvents(game).find(({ type }) => type === 'approval.asked')
  }
  const { effectId } = (asked as Extract<TrialEvent, { type: 'approval.asked' }>).data
  if (expected === 'approved') performDeed(game, { deed: 'approval.answered', effectId, answer: 'approved' })
  const answers = [...readEvents(endGame(game))].filter(({ type }) => type === 'approval.answered')
  expect(answers.filter(({ data }) => (data as { effectId: string }).effectId === effectId)).toMatchObject([
    { data: { answer: expected } },
  ])
})

test('people who look are told what tools tell', () => {
  const game = gameOf(errors, 'L1')
  playGame(game, minuteMs)
  expect(askGame(game, { tool: 'objects', service: 'checkout' })).toMatchObject({ rollout: { replicas: 10 } })
})

test.each([
  ['latency', 'release.updated'],
  ['feature-flag', 'flag.changed'],
] as const)('%s that is injected begins at once', (name, type) => {
  const game = gameOf(scenarioOf('error-ratio'), 'L1')
  playGame(game, 8 * minuteMs)
  takeEvents(game)
  expect(injectScenario(game, scenarioOf(name))).toBe('')
  playGame(game, 9 * minuteMs)
  expect(timesOf(takeEvents(game), type)[0]! - 8 * minuteMs).toBeLessThan(1000)
})

test('an injected outage of Prometheus ends as it would', () => {
  const game = gameOf(errors, 'L1')
  playGame(game, 8 * minuteMs)
  takeEvents(game)
  injectScenario(game, scenarioOf('prometheus-down'))
  playGame(game, 30 * minuteMs)
  const missed = timesOf(takeEvents(game), 'look.missed')
  const [window] = game.run.setting.plan.disturbances.prometheusDown
  expect(window!.fromMs).toBeGreaterThanOrEqual(8 * minuteMs)
  expect(missed[0]).toBeGreaterThanOrEqual(window!.fromMs)
  expect(missed.at(-1)! - window!.toMs).toBeLessThan(minuteMs)
  expect(missed.length).toBeGreaterThan(5)
})

test('trouble that is in the load alone cannot be injected', () => {
  const game = gameOf(errors, 'L1')
  playGame(game, minuteMs)
  expect(injectScenario(game, { ...scenarioOf('traffic-spike'), deploys: [] })).toMatch(/is in its load/)
})
