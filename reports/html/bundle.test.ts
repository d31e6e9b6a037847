import { expect, test } from 'vitest'
import { buildBundle } from './build.ts'

test('a bundle is not made of files whose changes nobody would notice', async () => {
  await expect(buildBundle([])).rejects.toThrow(/may not be made of .*reports\/html\/app\/main\.tsx/)
})
