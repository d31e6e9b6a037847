import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { ApiServer } from '../../../clusters/live/fixtures/api-server.ts'
import { carmine } from '../fixtures/carmine.ts'

let temporary: string
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'carmine-clean-test-'))
  vi.stubEnv('TMPDIR', temporary)
  vi.stubEnv('PATH', '/nowhere')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(temporary, { recursive: true })
})

test('where kind and Docker cannot be asked that is said, nothing of theirs is deleted, and the exit code is 69', async () => {
  mkdirSync(join(temporary, 'carmine-kind-abcdef'))
  const { exitCode, stdout } = await carmine('clean', '--yes', '--all')
  expect(exitCode).toBe(69)
  expect(stdout).toMatch(/not searched: kind clusters, .*kind is not on the PATH/)
  expect(stdout).toMatch(/not searched: containers .*docker is not on the PATH/)
  expect(readdirSync(temporary)).toEqual(['carmine-kind-abcdef'])
})

test('a cluster is searched on a machine that has no Docker', async () => {
  const server = await ApiServer.start()
  onTestFinished(() => server.close())
  server.texts.set('/api/v1', '{}')
  const bin = join(temporary, 'bin')
  mkdirSync(bin)
  const answers = [
    `*get-contexts*) echo mine;;`,
    `*view*) echo '${server.kubeconfig()}';;`,
    `*api-resources*) echo configmaps;;`,
    `*) echo '{"items":[]}';;`,
  ]
  writeFileSync(join(bin, 'kubectl'), `#!/bin/sh\ncase "$*" in ${answers.join(' ')} esac\n`, { mode: 0o755 })
  vi.stubEnv('PATH', bin)
  const { exitCode, stdout } = await carmine('clean', '--yes', '--context', 'mine')
  expect(stdout).toMatch(/not searched: containers .*docker is not on the PATH/)
  expect(stdout).toMatch(/nothing to delete/)
  expect(exitCode).toBe(0)
})

test('--json gives one document', async () => {
  const { stdout } = await carmine('clean', '--dry-run', '--json')
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    unsearched: [expect.stringMatching(/kind/), expect.stringMatching(/containers/)],
    leftovers: [],
  })
})
