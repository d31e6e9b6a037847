import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ownProcess, processOf } from '../process-owner.ts'
import { k6Folders, makeOwnFolder, writeRecord } from '../stage/own-folder.ts'
import { leftoverFolders } from './leftovers.ts'

let temporary: string
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'carmine-leftovers-'))
  vi.stubEnv('TMPDIR', temporary)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true })
})

// Pids of Linux end at 2^22 (proc(5), pid_max).
const dead = { ...ownProcess(), pid: 2 ** 22 + 1 }

test.runIf(process.platform === 'linux')('a load that outlived its run is ended with its folder', async () => {
  const k6 = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(k6, 'spawn')
  const ended = once(k6, 'exit')
  const folder = await makeOwnFolder(k6Folders, null)
  await writeRecord({ ...folder, owner: dead, record: processOf(k6.pid!) })
  const [found, ...others] = leftoverFolders([])
  expect(others).toEqual([])
  expect(found).toMatchObject({ kind: 'folder', name: folder.path, state: 'dead' })
  expect(found!.why).toContain(`its k6, process ${k6.pid}, still sends load`)
  await found!.remove()
  expect(await ended).toEqual([null, 'SIGKILL'])
  expect(existsSync(folder.path)).toBe(false)
})

test.each([
  ['that has ended', dead],
  ['whose pid is another process by now', { ...ownProcess(), began: '1' }],
  ['of which the system tells no more than a pid', { ...ownProcess(), began: null }],
  ['of another machine', { ...ownProcess(), host: 'elsewhere' }],
])('a k6 %s is left alone', async (_, record) => {
  const folder = await makeOwnFolder(k6Folders, null)
  await writeRecord({ ...folder, owner: dead, record })
  const [found] = leftoverFolders([])
  expect(found!.why).not.toContain('still sends')
  await found!.remove()
  expect(existsSync(folder.path)).toBe(false)
})
