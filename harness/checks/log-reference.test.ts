import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderLogReference } from './log-reference.ts'

test('docs/log.md is what the types say (else: npm test -- -u log-reference)', async () => {
  await expect(renderLogReference()).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/log.md'))
})
