import { expect, test } from 'vitest'
import { inserted, missingLine, stepsOf } from './page.ts'

test('a page is read as files, insertions and commands with what they show', () => {
  const page = `# A page
<!-- file: a/b.yaml -->

\`\`\`yaml
kind: A
\`\`\`

<!-- with: --seeds 1 --levels L1 exit: 0 2 -->

\`\`\`console
$ npx carmine run
shown
$ npx carmine list
\`\`\`

<!-- not run: minutes -->

\`\`\`console
$ npx carmine run --suite nightly
\`\`\`

\`\`\`yaml
read: only
\`\`\`
`
  const command = { type: 'command', shown: [], exitCodes: [0, 2], added: '--seeds 1 --levels L1', notRun: undefined }
  expect(stepsOf(page)).toEqual([
    { type: 'file', path: 'a/b.yaml', text: 'kind: A\n' },
    { ...command, command: 'npx carmine run', shown: ['shown'] },
    { ...command, command: 'npx carmine list' },
    { ...command, command: 'npx carmine run --suite nightly', exitCodes: [0], added: '', notRun: 'minutes' },
  ])
})

test.each([
  [['a  b', '…', 'c…e'], undefined],
  [['a b', 'c'], 'c'],
  [['cde', 'a b'], 'a b'],
  [['a.b'], 'a.b'],
])('of %j in an output that has two lines, %s is missing', (shown, missing) => {
  expect(missingLine(shown, 'a b \ncde\n')).toBe(missing)
})

test('an insertion goes behind the bracket, its imports to the beginning', () => {
  expect(inserted('export const all = [\n  a,\n]\n', "import { b } from './b.ts'\nexport const all = [\n  b,\n")).toBe(
    "import { b } from './b.ts'\nexport const all = [\n  b,\n  a,\n]\n",
  )
  expect(() => inserted('nothing', 'export const all = [b,')).toThrow('there is no `export const all = [`')
})
