import fc from 'fast-check'
import { expect, test } from 'vitest'
import { everything, formatHash, parseHash } from './view.ts'

test.each([
  ['', everything],
  ['#levels', { ...everything, section: 'levels' }],
  ['#levels?policy=careful&level=L1', { ...everything, section: 'levels', policy: 'careful', level: 'L1' }],
  ['#?family=latency', { ...everything, family: 'latency' }],
  ['#trials?trial=hang/faulty/careful/L1/7', { ...everything, section: 'trials', trial: 'hang/faulty/careful/L1/7' }],
  ['#%zz?level=', everything],
])('%j is read', (hash, view) => {
  expect(parseHash(hash)).toEqual(view)
})

test('what is written is read again', () => {
  const text = fc.option(fc.string({ minLength: 1 }), { nil: null })
  const view = fc.record({ section: text, policy: text, level: text, family: text, trial: text })
  fc.assert(
    fc.property(view, one => {
      expect(parseHash(formatHash(one))).toEqual(one)
    }),
  )
})
