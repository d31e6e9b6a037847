import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
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

test('--json gives one document', async () => {
  const { stdout } = await carmine('clean', '--dry-run', '--json')
  expect(JSON.parse(stdout)).toEqual({
    schemaVersion: 1,
    unsearched: [expect.stringMatching(/kind/), expect.stringMatching(/containers/)],
    leftovers: [],
  })
})
