import { expect, test } from 'vitest'
import { k6Errors, scriptProblem } from './k6-check.ts'

/** What k6 v1.8.1 says of scripts that it cannot run. */
const could =
  "time=\"2026-11-22T16:29:56Z\" level=error msg=\"could not initialize 'main.js': could not load JS test 'file:///scripts/main.js': "

test.each([
  [
    'a bracket that is never closed',
    `${could}file:///scripts/load.js: Line 4:1 Unexpected token } (and 1 more errors)"`,
    { line: 4, column: 1, message: 'k6 cannot run it: Unexpected token } (and 1 more errors)' },
  ],
  [
    'a name that is taken',
    `${could}SyntaxError: Identifier 'a' has already been declared at file:///scripts/load.js:3:7"`,
    { line: 3, column: 7, message: "k6 cannot run it: SyntaxError: Identifier 'a' has already been declared" },
  ],
  [
    'an exception',
    'time="…" level=error msg="ReferenceError: foo is not defined\\n\\tat file:///scripts/load.js:2:1(11)\\n" hint="script exception"',
    { line: 2, column: 1, message: 'k6 cannot run it: ReferenceError: foo is not defined' },
  ],
  [
    'an extension that this k6 has not',
    `${could}unknown modules [\\"k6/x/sql\\"] were tried to be loaded, but couldn't"`,
    {
      line: 1,
      message: expect.stringContaining('unknown modules ["k6/x/sql"]'),
      hint: 'name the extension in the suite, at load.k6.extensions',
    },
  ],
  [
    'a module beside it',
    `${could}The moduleSpecifier \\"./nope.js\\" couldn't be found on local disk."`,
    { line: 1, hint: 'a load script is one file: bundle what it imports into it' },
  ],
  [
    'a threshold that cannot be read',
    'time="…" level=error msg="failed parsing threshold expression\'s \\"foo<<3\\" left hand side"',
    { line: 1, message: 'k6 cannot run it: failed parsing threshold expression\'s "foo<<3" left hand side' },
  ],
])('%s is told at its place', (_, said, problem) => {
  expect(scriptProblem('my.js', said)).toMatchObject({ file: 'my.js', severity: 'error', ...problem })
})

test('without an error in the log its last lines are told', () => {
  expect(k6Errors('a\nb\nc\nd\n')).toBe('b | c | d')
})
