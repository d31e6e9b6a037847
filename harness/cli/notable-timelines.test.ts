import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { planOf, rowOf, scenarioOf, shippedSubject, trialOf } from '../run/fixtures/trials.ts'
import { timelinesOf } from './notable-timelines.ts'

const row = rowOf('careful')
const scenario = scenarioOf('error-ratio')
const plan = { ...planOf([scenario], [{ subject: shippedSubject, rows: [row] }]), replayArguments: ['--suite', 'a b'] }
const { result, frames } = trialOf(scenario, { row })
const notable = [{ id: result.id, why: 'typical', problem: null }]
const folder = mkdtempSync(join(tmpdir(), 'carmine-timelines-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a trial of the simulator is run again, and tells its detectors’ scores and how to see it again', () => {
  const [timeline] = timelinesOf(folder, plan, 'sim', [result], notable)
  expect(timeline).toMatchObject({ trial: result.id, replay: `carmine replay ${result.id} --suite 'a b'` })
  expect(timeline!.scores.length).toBeGreaterThan(3)
})

test('what comes to another log than the run had is not shown', () => {
  expect(timelinesOf(folder, plan, 'sim', [{ ...result, digest: 'another' }], notable)).toEqual([])
})

test('of a cluster’s trials those are shown whose logs were kept', () => {
  expect(timelinesOf(folder, plan, 'kind', [result], notable)).toEqual([])
  mkdirSync(join(folder, 'logs'))
  writeFileSync(join(folder, 'logs', `${result.id.replaceAll('/', '_')}.frames`), frames)
  expect(timelinesOf(folder, plan, 'kind', [result], notable)).toMatchObject([{ trial: result.id, scores: [] }])
})
