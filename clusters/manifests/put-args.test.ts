import fc from 'fast-check'
import { expect, test } from 'vitest'
import { putArgs, sourceOffset } from './put-args.ts'

const values = new Map([
  ['hash', '5f7c9'],
  ['empty', ''],
])

test.each([
  ['a{{args.hash}}b', 'a5f7c9b', []],
  ['{{ args.hash }}{{args.empty}}', '5f7c9', []],
  ['{{args.hsah}} and {{inputs.hash}}', ' and ', ['args.hsah', 'inputs.hash']],
  ['{{args.hash', '{{args.hash', []],
  ['no tags', 'no tags', []],
])('%s becomes %s', (source, text, open) => {
  const filled = putArgs(source, values)
  expect(filled.text).toBe(text)
  expect(filled.open.map(({ tag }) => tag)).toEqual(open)
})

test('every character outside of values is found again in the source', () => {
  const part = fc.constantFrom('sum(', 'x', '{{args.hash}}', '{{ args.empty }}', '{{args.none}}', ' ', '"')
  fc.assert(
    fc.property(fc.array(part), parts => {
      const source = parts.join('')
      const filled = putArgs(source, values)
      for (let i = 0; i < filled.text.length; i++) {
        const at = sourceOffset(filled, i)
        const inValue = source.startsWith('{{', at)
        if (!inValue) expect(source[at]).toBe(filled.text[i])
      }
    }),
  )
})
