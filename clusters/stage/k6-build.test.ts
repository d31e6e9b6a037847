import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { buildK6, k6CacheFolder, k6Digest } from './k6-build.ts'

const cache = mkdtempSync(join(tmpdir(), 'carmine-k6-'))
afterAll(() => rmSync(cache, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

const build = { version: 'v1.8.1', extensions: ['example.org/a@v1', 'example.org/b'] }
const { signal } = new AbortController()

test('a build is known by what is in it, not by the order it was named in', () => {
  expect(k6Digest({ ...build, extensions: build.extensions.toReversed() })).toBe(k6Digest(build))
  expect(k6Digest({ ...build, version: 'v1.8.0' })).not.toBe(k6Digest(build))
  expect(k6Digest({ ...build, extensions: ['example.org/a@v1'] })).not.toBe(k6Digest(build))
})

test('without xk6 and Go both are said to be missing, with exit code 69', async () => {
  vi.stubEnv('PATH', '/nowhere')
  const error = await buildK6(build, cache, () => {}, signal).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    exitCode: 69,
    message: expect.stringMatching(/xk6.*go install.*go is not.*install Go/),
  })
})

test('what was built before is found without any tool', async () => {
  vi.stubEnv('PATH', '/nowhere')
  const program = join(cache, k6Digest(build), 'k6')
  mkdirSync(join(cache, k6Digest(build)))
  writeFileSync(program, '')
  expect(await buildK6(build, cache, () => {}, signal)).toBe(program)
})

test('programs are kept in the cache folder of the user', () => {
  expect(k6CacheFolder({ XDG_CACHE_HOME: '/c' })).toBe('/c/carmine/k6')
  expect(k6CacheFolder({})).toMatch(/\.cache\/carmine\/k6$/)
})
