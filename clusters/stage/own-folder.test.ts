import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { mayBeAtWork, ownProcess, parseOwner } from '../process-owner.ts'
import { findOwnFolders, makeOwnFolder, removeOwnFolder } from './own-folder.ts'

let temporary: string
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'carmine-own-'))
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true })
})

test('a folder is found by its prefix, with what it is for and who made it', async () => {
  const made = await makeOwnFolder('carmine-x-', { cluster: 'one' })
  await makeOwnFolder('carmine-y-', null)
  expect(findOwnFolders('carmine-x-')).toEqual([made])
  expect(mayBeAtWork(made.owner)).toBe(true)
  writeFileSync(join(made.path, 'kubeconfig'), '')
  await removeOwnFolder(made.path)
  expect(existsSync(made.path)).toBe(false)
})

test('a folder without a record that can be read is of nobody', () => {
  for (const name of ['carmine-x-1', 'carmine-x-2']) mkdirSync(join(temporary, name))
  writeFileSync(join(temporary, 'carmine-x-2', 'carmine.json'), '{"own')
  const found = findOwnFolders('carmine-x-').sort((a, b) => a.path.localeCompare(b.path))
  expect(found).toEqual([{ path: join(temporary, 'carmine-x-1') }, { path: join(temporary, 'carmine-x-2') }])
})

test.each([
  ['this process', ownProcess(), true],
  // Pids of Linux end at 2^22 (proc(5), pid_max).
  ['a process that is no more', { ...ownProcess(), pid: 2 ** 22 + 1 }, false],
  ['another process of the same pid', { ...ownProcess(), began: '1' }, process.platform !== 'linux'],
  ['a process of another machine', { ...ownProcess(), host: 'elsewhere', pid: 2 ** 22 + 1 }, true],
])('%s may be at work: %#', (_, owner, expected) => {
  expect(mayBeAtWork(owner)).toBe(expected)
  expect(parseOwner(JSON.stringify(owner))).toEqual(owner)
})

test.each([undefined, '', '{}', 'container'])('%s names no owner', text => {
  expect(parseOwner(text)).toBeUndefined()
})
