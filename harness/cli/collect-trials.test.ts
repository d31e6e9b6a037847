import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { ClusterTrialResult } from '../../clusters/stage/cluster-trial.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from '../run/fixtures/trials.ts'
import { planTrial } from '../run/plan-trial.ts'
import { runUnit } from '../run/run-unit.ts'
import { planUnits } from '../run/suite-plan.ts'
import { collectTrials, pendingTrials } from './collect-trials.ts'
import { resumeFrom } from './open-run.ts'
import { logPath, type StoredPlan } from './run-folder.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-collect-'))
afterAll(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'logs'))

const scenario = scenarioOf('error-ratio')
const rows = [rowOf('careful', 'L0'), rowOf('careful', 'L1')]
const suitePlan = planOf([scenario], [{ subject: shippedSubject, rows }], { seeds: 1 })
const plan: StoredPlan = { ...suitePlan, version: '', backend: 'kind', logs: 'all', replayArguments: [] }
const units = planUnits(plan)
const played = units.map(unit => runUnit(plan, unit, () => true))

/** What a cluster gives, with the simulator's log of the trial in it. */
function resultOf(unit: number, row: number): ClusterTrialResult {
  const { variant, seed } = units[unit]!
  const { trials, frames } = played[unit]!
  const trial = { plan: planTrial(scenario, variant, seed, plan.horizonMs, plan.environment) }
  return { trial, frames: frames[trials[row]!.id]!, problems: [], proposals: [] } as unknown as ClusterTrialResult
}

/** A start of the run that ends, as by a kill, when so many trials have. */
function start(most: number): { pending: string[]; whole: number[]; before: number[] } {
  const [whole, before] = [[] as number[], [] as number[]]
  const isDone = ({ trials }: { readonly trials: readonly unknown[] }) => trials.length === rows.length
  const begun = resumeFrom(folder, plan, ({ unit }) => before.push(unit), isDone)
  const output = { start() {}, finish() {}, result() {}, unit: ({ unit }: { unit: number }) => void whole.push(unit) }
  const pending = pendingTrials(units, rows, begun)
  const collect = collectTrials(plan, pending, { folder, begun, output, wallMs: () => 0, say() {} })
  pending.slice(0, most).forEach(({ unit, row }, i) => {
    collect(resultOf(unit.index, rows.indexOf(row)), i)
  })
  begun.journal.close()
  return { pending: pending.map(({ unit, row }) => `${unit.variant}/${row.level}`), whole, before }
}

test('each trial is on record when it has ended, also where the others of its unit have not', () => {
  expect(start(1)).toEqual({ pending: ['faulty/L0', 'faulty/L1', 'twin/L0', 'twin/L1'], whole: [], before: [] })
  expect(existsSync(`${logPath(folder, 'error-ratio/faulty/careful/L0/1')}.frames`)).toBe(true)
  expect(start(2)).toEqual({ pending: ['faulty/L1', 'twin/L0', 'twin/L1'], whole: [0], before: [] })
  expect(start(1)).toEqual({ pending: ['twin/L1'], whole: [1], before: [0] })
  expect(start(0)).toEqual({ pending: [], whole: [], before: [0, 1] })
})
