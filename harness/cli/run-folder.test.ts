import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { InvalidInput } from '../model/problem.ts'
import { createRunFolder, LogWriter } from './run-folder.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-runs-'))
afterAll(() => rmSync(parent, { recursive: true }))

test('a named folder is made with those above it', () => {
  const wanted = join(parent, 'a/b/c')
  expect(createRunFolder('quick', wanted)).toBe(wanted)
  expect(existsSync(join(wanted, 'logs'))).toBe(true)
})

test.each(['summary.json', 'logs/x.frames'])('a folder that holds %s is not used again', name => {
  const wanted = mkdtempSync(join(parent, 'used-'))
  mkdirSync(join(wanted, 'logs'))
  writeFileSync(join(wanted, name), '')
  expect(() => createRunFolder('quick', wanted)).toThrow(InvalidInput)
})

test('a log that cannot be written names its file and leaves nothing', () => {
  const wanted = createRunFolder('quick', join(parent, 'gone'))
  rmSync(join(wanted, 'logs'), { recursive: true })
  const writer = new LogWriter(wanted, 'all')
  expect(() => writer.write('s/faulty/p/L1/1', new Uint8Array(3))).toThrow(
    expect.objectContaining({ path: join(wanted, 'logs/s_faulty_p_L1_1.frames') }),
  )
  expect(existsSync(join(wanted, 'logs'))).toBe(false)
})

test('of runs that start at once in one folder each has a folder of its own', async () => {
  const command = join(import.meta.dirname, 'carmine.mjs')
  const args = [command, 'run', '--suite', 'quick', '--scenario', 'error-ratio', '--seeds', '1', '--workers', '1']
  const ended = await Promise.all(
    [1, 2].map(() => once(spawn(process.execPath, args, { cwd: parent, stdio: 'ignore' }), 'exit')),
  )
  expect(ended.map(([exitCode]) => exitCode)).toEqual([2, 2])
  expect(readdirSync(join(parent, 'runs')).sort()).toEqual(['quick-1', 'quick-2'])
}, 90_000)
