import { afterEach, expect, test, vi } from 'vitest'
import { EnvironmentMissing, requireTools } from './environment.ts'

afterEach(() => vi.unstubAllEnvs())

test('a machine without docker, kind and kubectl gets all of that said at once, with exit code 69', async () => {
  vi.stubEnv('PATH', '/nowhere')
  const error = await requireTools().catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(EnvironmentMissing)
  expect(error).toMatchObject({
    exitCode: 69,
    missing: [/docker/, /kind/, /kubectl/].map(tool => expect.stringMatching(tool)),
  })
})
