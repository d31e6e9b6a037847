import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'

// A checkout of nothing but the start-up scripts, and an npm that takes a while and counts how often it was asked.
const npm = `#!/bin/sh
echo "$@" >> npm-calls
rm -rf node_modules
mkdir -p node_modules/node/bin node_modules/.bin
sleep 0.2
[ -e npm-fails ] && exit 1
ln -s '${process.execPath}' node_modules/node/bin/node
`
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'carmine-setup-'))
  for (const file of ['setup.mjs', 'tool.mjs']) cpSync(join(import.meta.dirname, file), join(root, 'harness/cli', file))
  mkdirSync(join(root, 'bin'))
  writeFileSync(join(root, 'bin/npm'), npm, { mode: 0o755 })
  writeFileSync(join(root, 'package.json'), '{"type": "module"}')
  writeFileSync(join(root, 'package-lock.json'), '{"packages": {"": {}}}')
  writeFileSync(join(root, 'hello.ts'), 'console.log("hello", ...process.argv.slice(2)); process.exitCode = 7')
})
afterEach(() => rmSync(root, { recursive: true }))

function start(...args: string[]): ChildProcess & { told: string } {
  const PATH = [join(root, 'bin'), process.env['PATH']].join(delimiter)
  const child = spawn(process.execPath, ['harness/cli/tool.mjs', ...args], { cwd: root, env: { ...process.env, PATH } })
  const started = Object.assign(child, { told: '' })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (started.told += chunk))
  return started
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  await once(child, 'close')
  return child.exitCode
}

const npmCalls = () =>
  existsSync(join(root, 'npm-calls')) ? readFileSync(join(root, 'npm-calls'), 'utf8').split('\n').length - 1 : 0
const leftLocks = () => readdirSync(root).filter(name => name.startsWith('.carmine-install'))

test('the first start installs, the second does not, a changed lock file makes the third do it again', async () => {
  const first = start('hello.ts', 'a b')
  expect(await exitOf(first)).toBe(7)
  expect(first.told).toContain('hello a b')
  expect(await exitOf(start('hello.ts'))).toBe(7)
  expect(npmCalls()).toBe(1)
  writeFileSync(join(root, 'package-lock.json'), '{"packages": {"": {}, "node_modules/x": {"version": "1.0.0"}}}')
  expect(await exitOf(start('hello.ts'))).toBe(7)
  expect(npmCalls()).toBe(2)
})

test('an install by hand is taken as it is', async () => {
  await exitOf(start('hello.ts'))
  rmSync(join(root, 'node_modules/.carmine-stamp'))
  writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages": {}}')
  expect(await exitOf(start('hello.ts'))).toBe(7)
  expect(npmCalls()).toBe(1)
})

test('of starts at the same time one installs and the others wait for it', async () => {
  const starts = [start('hello.ts'), start('hello.ts'), start('hello.ts')]
  expect(await Promise.all(starts.map(exitOf))).toEqual([7, 7, 7])
  expect(npmCalls()).toBe(1)
  expect(leftLocks()).toEqual([])
  expect(starts.filter(({ told }) => told.includes('waiting for it'))).toHaveLength(2)
})

test('an npm that fails ends with 69 and leaves neither stamp nor lock', async () => {
  writeFileSync(join(root, 'npm-fails'), '')
  const failed = start('hello.ts')
  expect(await exitOf(failed)).toBe(69)
  expect(failed.told).toContain('npm ci ended with exit code 1')
  expect(leftLocks()).toEqual([])
  rmSync(join(root, 'npm-fails'))
  expect(await exitOf(start('hello.ts'))).toBe(7)
  expect(npmCalls()).toBe(2)
})

test('an interrupted install ends with 130 and is done again', async () => {
  const interrupted = start('hello.ts')
  while (npmCalls() === 0) await sleep(10)
  interrupted.kill('SIGINT')
  expect(await exitOf(interrupted)).toBe(130)
  expect(existsSync(join(root, 'node_modules/.carmine-stamp'))).toBe(false)
  expect(leftLocks()).toEqual([])
  expect(await exitOf(start('hello.ts'))).toBe(7)
})

test('the lock of a start that was killed is taken over', async () => {
  const killed = start('hello.ts')
  while (npmCalls() === 0) await sleep(10)
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  expect(leftLocks()).toHaveLength(1)
  expect(await Promise.all([start('hello.ts'), start('hello.ts')].map(exitOf))).toEqual([7, 7])
  expect(leftLocks()).toEqual([])
})

test('a signal reaches the program, whose exit code stands', async () => {
  writeFileSync(
    join(root, 'patient.ts'),
    `process.on('SIGTERM', () => { console.log('cleaning up'); setTimeout(() => process.exit(130), 50) })
     setInterval(() => console.log('ready'), 10)`,
  )
  const patient = start('patient.ts')
  while (!patient.told.includes('ready')) await sleep(10)
  patient.kill('SIGTERM')
  expect(await exitOf(patient)).toBe(130)
  expect(patient.told.match(/cleaning up/g)).toHaveLength(1)
})
