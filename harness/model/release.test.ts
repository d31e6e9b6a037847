import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Behaviour, harmless } from './behaviour.ts'
import { decodeRelease, encodeRelease } from './release.ts'

const behaviour: fc.Arbitrary<Behaviour> = fc.record({
  errorRatio: fc.double({ min: 0, max: 1, noNaN: true }).map(ratio => ratio + 0),
  latencyFactor: fc.double({ min: 1, max: 1000, noNaN: true }),
  exitAfterMs: fc.option(fc.nat()),
})

test('a release configuration gives back its behaviour', () => {
  fc.assert(
    fc.property(behaviour, fc.string(), (b, salt) => {
      expect(decodeRelease(encodeRelease(b, salt))).toEqual(b)
    }),
  )
})

test('faulty and harmless texts have one length and one alphabet', () => {
  fc.assert(
    fc.property(behaviour, fc.string(), (b, salt) => {
      expect(encodeRelease(b, salt)).toMatch(/^[\w-]{48}$/)
    }),
  )
})

test('the salt changes the text and its masked part, so that equal behaviours do not look equal', () => {
  const [first, second] = [encodeRelease(harmless, 'revision 1'), encodeRelease(harmless, 'revision 2')]
  expect(first.slice(0, 11)).not.toBe(second.slice(0, 11))
  expect(first.slice(11)).not.toBe(second.slice(11))
})

test('a text is the same on every machine', () => {
  expect(encodeRelease(harmless, 'checkout')).toMatchInlineSnapshot(
    `"T0aHjac_dFBf34FPx9_ClegkSebkKO5MHEpQvB6qAT8-k2vi"`,
  )
})

test.each([
  '',
  'v1.2.3',
  'A'.repeat(48),
  `${encodeRelease(harmless, 'x')}A`,
  encodeRelease(harmless, 'x').slice(0, 47),
])('refuses %j', text => expect(() => decodeRelease(text)).toThrow('not a release configuration'))
