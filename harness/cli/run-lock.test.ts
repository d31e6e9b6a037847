import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lockFolder } from './run-lock.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-locks-'))
afterAll(() => rmSync(parent, { recursive: true }))
const newFolder = () => mkdtempSync(join(parent, 'run-'))

test('a folder has one writer at a time', () => {
  const folder = newFolder()
  const release = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(`process ${process.pid} writes here`)
  release()
  lockFolder(folder)()
  expect(readdirSync(folder)).toEqual([])
})

/** Of a process that was here, and is no more. */
const deadPid = Number(execFileSync(process.execPath, ['--print', 'process.pid'], { encoding: 'utf8' }))

test.each([
  ['a process that has died', { pid: deadPid, host: hostname(), began: null }],
  ['another process that had this pid', { pid: process.pid, host: hostname(), began: '1' }],
])('the lock of %s is taken over', (_, owner) => {
  if (owner.began !== null && !existsSync('/proc/self/stat')) return
  const folder = newFolder()
  writeFileSync(join(folder, 'run.lock'), JSON.stringify(owner))
  const release = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(`process ${process.pid} writes here`)
  release()
  expect(readdirSync(folder)).toEqual([])
})

test('a lock that a crash has emptied is of nobody', () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'run.lock'), '')
  lockFolder(folder)()
})

test('of another machine nobody here knows whether it is alive', () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'run.lock'), JSON.stringify({ pid: deadPid, host: 'elsewhere', began: null }))
  expect(() => lockFolder(folder)).toThrow(`process ${deadPid} on elsewhere writes here; if it is dead, delete `)
})
