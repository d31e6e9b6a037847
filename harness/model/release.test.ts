import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Behaviour, harmless } from './behaviour.ts'
import { decodeRelease, encodeReference, encodeRelease, referenceExists } from './release.ts'

const behaviour: fc.Arbitrary<Behaviour> = fc
  .record({
    errorRatio: fc.double({ min: 0, max: 1, noNaN: true }).map(ratio => ratio + 0),
    latencyFactor: fc.double({ min: 1, max: 1000, noNaN: true }),
    exitAfterMs: fc.option(fc.nat()),
    route: fc.constantFrom('', 'refund'),
    extraCallsTo: fc.constantFrom('', 'database'),
    callTimeoutMs: fc.option(fc.nat()),
  })
  .map(some => ({ ...harmless, ...some }))

describe('a release configuration', () => {
  test('gives back its behaviour', () => {
    fc.assert(
      fc.property(behaviour, fc.string(), (b, salt) => {
        expect(decodeRelease(encodeRelease(b, salt))).toEqual(b)
      }),
    )
  })

  test('has one length and one alphabet, faulty or harmless', () => {
    fc.assert(
      fc.property(behaviour, fc.string(), (b, salt) => {
        expect(encodeRelease(b, salt)).toMatch(/^[\w-]{272}$/)
      }),
    )
  })

  test('has another text and another masked part with another salt, so that equal behaviours do not look equal', () => {
    const [first, second] = [encodeRelease(harmless, 'revision 1'), encodeRelease(harmless, 'revision 2')]
    expect(first.slice(0, 11)).not.toBe(second.slice(0, 11))
    for (let at = 11; at < first.length; at += 20) expect(first.slice(at, at + 20)).not.toBe(second.slice(at, at + 20))
  })

  test('is the same text on every machine', () => {
    expect(encodeRelease(harmless, 'checkout')).toMatchInlineSnapshot(
      `"T0aHjac_dFB9zaZ_K_VR-Lg6sLVpDdVsTB-3VgWjT7jgzWFqOzzOQbiihxjOEKgvp4HObjIzELwxln4M3H4zAaU9xCqAf3VUsc0k_EZeFMcjUcD0vN9glTPXXeym_8wUmXn0wO4IqLqe0rIRzgbtZGF6zpQgGET8ulgbWjC1Vccrpuge74WW8lTW24KDjs299Js2LJNcXcv1IBt35aiIY0TN8xXWidCr4fHFn_3vc4LS_VKBMWfMLAN-_zz6Rk18SZaVrUzBxGt05cz9"`,
    )
  })

  test('says so when its names do not fit', () => {
    expect(() => encodeRelease({ ...harmless, route: 'r'.repeat(190) }, 'x')).toThrow(RangeError)
  })

  test.each([
    '',
    'v1.2.3',
    'A'.repeat(272),
    `${encodeRelease(harmless, 'x')}A`,
    encodeRelease(harmless, 'x').slice(0, 271),
  ])('refuses %j', text => expect(() => decodeRelease(text)).toThrow('not a release configuration'))
})

describe('a reference', () => {
  test('tells whether the thing exists, and shows no difference', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.string(), (exists, salt) => {
        const name = encodeReference(exists, salt)
        expect(referenceExists(name)).toBe(exists)
        expect(name).toMatch(/^[0-9a-f]{26}$/)
      }),
    )
  })

  test.each(['latest', 'v1.2.3', '', 'deadbeef', '0'.repeat(26)])('of somebody else exists: %j', name =>
    expect(referenceExists(name)).toBe(true),
  )
})
