import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCriterion } from '../model/criterion.ts'
import { renderCriteriaReference } from './criteria-reference.ts'

test('docs/criteria.md is what the measures say (else: npm test -- criteria-reference -u)', async () => {
  await expect(renderCriteriaReference()).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/criteria.md'))
})

test('every criterion in it can be read', () => {
  const [written] = /(?<=\n\n)L1 recall[^`]*/.exec(renderCriteriaReference())!
  const quoted = [...renderCriteriaReference().matchAll(/'(L\d [^']*)'/g)].map(([, text]) => text!)
  const all = [...written.trim().split('\n'), ...quoted]
  expect(all.length).toBeGreaterThanOrEqual(7)
  expect(all.flatMap(text => parseCriterion(text).faults)).toEqual([])
})
