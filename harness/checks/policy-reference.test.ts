import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderPolicyReference } from './policy-reference.ts'

test('docs/policy.md is what the schema says (else: npm test -- -u policy-reference)', async () => {
  await expect(renderPolicyReference()).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/policy.md'))
})

test('every key has a meaning or says it by its section', () => {
  const nameless = renderPolicyReference()
    .split('\n')
    .filter(line => line.startsWith('| `') && line.endsWith('|  |'))
  expect(nameless).toEqual([])
})
