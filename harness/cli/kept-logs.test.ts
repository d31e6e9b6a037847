import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { errorsOf, trialOf } from '../run/fixtures/trials.ts'
import { hasItsLogs, LogWriter, writeLog } from './kept-logs.ts'
import { renderLog } from './render-log.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-logs-'))
afterAll(() => rmSync(parent, { recursive: true }))

function newFolder(): string {
  const folder = mkdtempSync(join(parent, 'run-'))
  mkdirSync(join(folder, 'logs'))
  return folder
}

const none = new Uint8Array(0)
const id = (unit: number, i: number) => `s/faulty/p${i}/L1/${unit}`
const logsOf = (unit: number, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [id(unit, i), { '.frames': none }]))

test('which logs are kept does not depend on the order in which units end', () => {
  const counts = [90, 0, 70, 3, 60, 5]
  const inOrder = counts.flatMap((count, unit) => Object.keys(logsOf(unit, count))).slice(0, 200)
  const wanted = inOrder.map(trial => `${trial.replaceAll('/', '_')}.frames`).sort()
  fc.assert(
    fc.property(fc.shuffledSubarray([...counts.keys()], { minLength: counts.length }), order => {
      const folder = newFolder()
      const writer = new LogWriter(folder, 'failing')
      for (const unit of order) writer.write(unit, logsOf(unit, counts[unit]!))
      writer.prune()
      expect(
        readdirSync(join(folder, 'logs'))
          .filter(name => name.endsWith('.frames'))
          .sort(),
      ).toEqual(wanted)
    }),
    { numRuns: 8 },
  )
})

test('nothing but logs of trials is deleted', () => {
  const folder = newFolder()
  const foreign = ['app.log', 'notes.ndjson', 'x.frames', 'y.part']
  const remains = ['s_faulty_p_L1_7.frames', 's_faulty_p_L1_7.ndjson.part', 's_twin_p_L0_7.postmortem.md']
  for (const name of [...foreign, ...remains]) writeFileSync(join(folder, 'logs', name), '')
  new LogWriter(folder, 'all').prune()
  expect(readdirSync(join(folder, 'logs')).sort()).toEqual(foreign)
})

const { result, frames } = trialOf(errorsOf(0.5))

test.each(['.frames', '.ndjson', '.postmortem.md'])('a log whose %s a crash has shortened is not whole', ending => {
  const folder = newFolder()
  const unit = { trials: [result], logs: { [result.id]: writeLog(folder, result.id, renderLog(frames)) } }
  expect(hasItsLogs(folder, unit)).toBe(true)
  truncateSync(join(folder, 'logs', `${result.id.replaceAll('/', '_')}${ending}`), 10)
  expect(hasItsLogs(folder, unit)).toBe(false)
})

test('a log with other content of the same length is another one', () => {
  const folder = newFolder()
  const unit = { trials: [result], logs: { [result.id]: writeLog(folder, result.id, renderLog(frames)) } }
  writeFileSync(join(folder, 'logs', `${result.id.replaceAll('/', '_')}.frames`), new Uint8Array(frames.length))
  expect(hasItsLogs(folder, unit)).toBe(false)
})

test('a log that cannot be written names its file and leaves nothing', () => {
  const folder = newFolder()
  rmSync(join(folder, 'logs'), { recursive: true })
  expect(() => writeLog(folder, result.id, renderLog(frames))).toThrow(
    expect.objectContaining({ path: join(folder, `logs/${result.id.replaceAll('/', '_')}.frames`) }),
  )
  expect(existsSync(join(folder, 'logs'))).toBe(false)
})
