import { expect, test } from 'vitest'
import { toCsv } from './csv.ts'

test.each([
  [[['a', 1, null]], 'a,1,\r\n'],
  [[['a,b', 'say "x"', 'two\nlines']], '"a,b","say ""x""","two\nlines"\r\n'],
  [[[0.1 + 0.2, 1e-7, -3]], '0.30000000000000004,1e-7,-3\r\n'],
  [[['=HYPERLINK("x")', '-cmd', '@x']], '"\'=HYPERLINK(""x"")",\'-cmd,\'@x\r\n'],
] as const)('%j is %j', (rows, text) => {
  expect(toCsv(rows)).toBe(text)
})
