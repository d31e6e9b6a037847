import { afterEach, expect, test, vi } from 'vitest'
import { prepareLoad } from './load-tool.ts'
import { readClusterSettings } from './settings.ts'

afterEach(() => vi.unstubAllEnvs())

test('a local k6 that is not here is told before anything is made, with the fix', async () => {
  vi.stubEnv('PATH', '/nowhere')
  const { signal } = new AbortController()
  const load = { extensions: [], from: 'local' } as const
  await expect(prepareLoad(load, readClusterSettings({}), {}, () => undefined, signal)).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringMatching(/needs k6, and it is not on the PATH: install it .* or leave --k6 out/),
  })
})
