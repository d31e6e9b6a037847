import { describe, expect, test } from 'vitest'
import { worldSetting } from '../../clusters/sim/world-setting.ts'
import type { TrialEvent } from '../model/event.ts'
import { readEvents } from '../model/trial-log.ts'
import { engineSetting } from './engine-setting.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from './fixtures/trials.ts'
import { planTrial } from './plan-trial.ts'
import { replayRecording } from './replay-recording.ts'
import type { Row } from './row.ts'
import { runTrial } from './run-unit.ts'
import type { SuitePlan } from './suite-plan.ts'

const horizonMs = 900_000
const policies = ['careful', 'fast', 'conservative']

function planWith(name: string): SuitePlan {
  const rows = policies.flatMap(policy => [rowOf(policy, 'L0'), rowOf(policy, 'L1')])
  return planOf([scenarioOf(name)], [{ subject: shippedSubject, rows }], { horizonMs })
}

function recorded(plan: SuitePlan, { policy, level }: Row): TrialEvent[] {
  const { frames } = runTrial(plan, unit, { policy, level })
  return [...readEvents(frames)]
}

const unit = { index: 0, scenario: 0, variant: 'faulty', seed: 5 } as const

function replayed(plan: SuitePlan, events: readonly TrialEvent[], row: Row) {
  const trial = planTrial(plan.scenarios[0]!, unit.variant, unit.seed, horizonMs, plan.environment)
  const setting = worldSetting(trial, plan.groups[0]!.subject, plan.environment)
  return replayRecording(events, engineSetting(setting, row, false), row.level)
}

describe.each(['error-ratio', 'latency', 'crash-at-start', 'wrong-image'])(
  'a recording of %s where nobody acts',
  name => {
    const plan = planWith(name)
    const recording = recorded(plan, rowOf('careful', 'L0'))

    test.each(policies)('gives %s the first alarm that it has when it runs itself', policy => {
      const row = rowOf(policy, 'L1')
      const { alarms, validToMs, wouldAct } = replayed(plan, recording, row)
      const own = recorded(plan, row).find(({ type }) => type === 'detector.fired')
      const { atMs, ...alarm } = alarms[0] ?? { atMs: undefined }
      expect({ t: atMs, data: { ...alarm, score: undefined } }).toEqual({
        t: own?.t,
        data: { ...(own?.data as object), score: undefined },
      })
      expect(own).toBeDefined()
      expect(validToMs).toBeGreaterThan(own?.t ?? Number.NaN)
      expect(wouldAct?.atMs).toBe(own?.t)
    })
  },
)

test('a recording in which the engine acted is censored there, and a hold does not censor it', () => {
  const plan = planWith('error-ratio')
  const row = rowOf('careful', 'L1')
  const recording = recorded(plan, row)
  const abort = recording.find(({ type, data }) => type === 'operation.started' && data.operation === 'abort')
  const result = replayed(plan, recording, row)
  expect(result.firstAction).toEqual({ atMs: abort?.t, actor: 'engine', operation: 'abort' })
  expect(result.validToMs).toBe(abort?.t)
  expect(result.alarms.map(({ atMs }) => atMs)).toEqual([abort?.t])
  expect(result.holdsFromMs).toBe(result.heldFromMs)
})

test('what would be found later than the first recorded action is not found', () => {
  const plan = planWith('error-ratio')
  const fast = recorded(plan, rowOf('fast', 'L1'))
  const { alarms, validToMs } = replayed(plan, fast, rowOf('careful', 'L1'))
  const own = recorded(plan, rowOf('careful', 'L1')).find(({ type }) => type === 'detector.fired')
  expect(own?.t).toBeGreaterThan(validToMs)
  expect(alarms).toEqual([])
})
