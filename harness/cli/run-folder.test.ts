import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { InvalidInput } from '../model/problem.ts'
import { createRunFolder, refuseUsed } from './run-folder.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-runs-'))
afterAll(() => rmSync(parent, { recursive: true }))

test('a named folder is made with those above it', () => {
  const wanted = join(parent, 'a/b/c')
  expect(createRunFolder('quick', wanted)).toBe(wanted)
  expect(existsSync(join(wanted, 'logs'))).toBe(true)
  expect(() => refuseUsed(wanted)).not.toThrow()
})

test.each(['summary.json', 'shard.json', 'units.ndjson', 'logs/x.frames'])(
  'a folder that holds %s is not used again',
  name => {
    const wanted = mkdtempSync(join(parent, 'used-'))
    mkdirSync(join(wanted, 'logs'))
    writeFileSync(join(wanted, name), '')
    expect(() => refuseUsed(wanted)).toThrow(InvalidInput)
  },
)

test('of runs in one folder each has a folder of its own', () => {
  const here = process.cwd()
  process.chdir(parent)
  try {
    expect([1, 2, 3].map(() => createRunFolder('quick', undefined))).toEqual([
      'runs/quick-1',
      'runs/quick-2',
      'runs/quick-3',
    ])
    expect(readdirSync('runs').sort()).toEqual(['quick-1', 'quick-2', 'quick-3'])
  } finally {
    process.chdir(here)
  }
})
