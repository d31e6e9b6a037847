import { expect, it } from 'vitest'
import type { Diagnosis } from '../../harness/model/cause.ts'
import { asCode, reportDiagnosis } from './report.ts'

const diagnosis: Diagnosis = {
  incident: 'trial/i1',
  verdict: 'confirmed',
  ranked: [
    { cause: { kind: 'short timeout', entity: 'checkout' }, change: 'abc', share: 0.93 },
    { cause: { kind: 'errors', entity: 'checkout' }, change: 'abc', share: 0.05 },
  ],
  evidence: [{ id: 'e1', source: 'logs', text: 'calls fail' }],
  ruledOut: [{ cause: { kind: 'dependency', entity: 'payments' }, because: 'payments answers as before' }],
  toolCalls: 7,
}

it('tells cause, change, evidence and what was ruled out', () => {
  expect(reportDiagnosis(diagnosis)).toMatchInlineSnapshot(`
    "# Diagnosis of \`trial/i1\`

    CONFIRMED: short timeout of \`checkout\`, 93 % of the belief
    It came with \`abc\`.

    ## Evidence

    - e1 (logs): \`calls fail\`

    ## Also considered

    - errors of \`checkout\`, 5 % of the belief

    ## Ruled out

    - dependency (\`payments\`): \`payments answers as before\`

    7 tool calls.
    "
  `)
})

it('names no cause where it is inconclusive', () => {
  const report = reportDiagnosis({ ...diagnosis, verdict: 'inconclusive' })
  expect(report).toContain('INCONCLUSIVE')
  expect(report).not.toContain('It came with')
})

it.each([
  ['`rm -rf` \n# Heading\r\n@everyone', "`'rm -rf' # Heading @everyone`"],
  ['a\u202eb\u0000c\u200bd', '`a b c d`'],
  ['', '` `'],
  ['x'.repeat(300), `\`${'x'.repeat(200)}…\``],
])('quotes what others wrote in one line: %j', (text, quoted) => expect(asCode(text)).toBe(quoted))
