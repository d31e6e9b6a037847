import { expect, test } from 'vitest'
import { encodeReference } from '../../../harness/model/release.ts'
import { probeOf } from './probe-path.ts'

test.each([
  ['/ready', 'known'],
  [`/${encodeReference(true, 'a')}`, 'known'],
  [`/${encodeReference(false, 'a')}`, 'unknown'],
  ['/buy', undefined],
  ['/', undefined],
  [undefined, undefined],
])('a request for %s is a probe: %s', (url, expected) => {
  expect(probeOf(url)).toBe(expected)
})
