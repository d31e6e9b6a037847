import { expect, it } from 'vitest'
import { asCode, describeHypothesis } from './quote.ts'

it('says what is believed, and how much', () => {
  const cause = { kind: 'short timeout', entity: 'checkout' } as const
  expect(describeHypothesis({ cause, change: 'abc', share: 0.934 })).toBe(
    'short timeout of `checkout`, 93 % of the belief',
  )
})

it.each([
  ['`rm -rf` \n# Heading\r\n@everyone', "`'rm -rf' # Heading @everyone`"],
  ['a\u202eb\u0000c\u200bd', '`a b c d`'],
  ['', '` `'],
  ['x'.repeat(300), `\`${'x'.repeat(200)}…\``],
])('quotes what others wrote in one line: %j', (text, quoted) => expect(asCode(text)).toBe(quoted))
