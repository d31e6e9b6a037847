import type { Diagnosis, Hypothesis } from '../../harness/model/cause.ts'
import type { Proposal } from '../../harness/model/effect.ts'
import type { ChangeRecord } from '../../harness/model/tool.ts'
import type { FixRule } from './fix-rules.ts'
import { asCode, describeHypothesis } from './quote.ts'

/** What a reviewer reads: Markdown in which everything that others wrote is quoted as code, in one line and cut. */
export function describeFix(
  { incident, verdict, evidence, ruledOut }: Diagnosis,
  best: Hypothesis,
  { rule, does, risk }: FixRule,
  offender: ChangeRecord,
  file: string,
  changes: Proposal['changes'],
): string {
  const keys = changes.map(
    ({ key, fromValue, toValue }) => `- ${asCode(key)}: ${asCode(fromValue)} becomes ${asCode(toValue)}`,
  )
  return [
    `## ${does}`,
    '',
    `Incident ${asCode(incident)}, by the rule ${asCode(rule)}. One file, ${asCode(file)}:`,
    '',
    ...keys,
    '',
    '## Diagnosis',
    '',
    `${verdict}: ${describeHypothesis(best)}`,
    `It came with ${asCode(offender.id)} of ${asCode(offender.service)}.`,
    '',
    ...evidence.map(({ id, source, text }) => `- ${id} (${source}): ${asCode(text)}`),
    ...(ruledOut.length === 0 ? [] : ['', 'Ruled out:', '']),
    ...ruledOut.map(({ cause, because }) => `- ${cause.kind} (${asCode(cause.entity)}): ${asCode(because)}`),
    '',
    '## Risk',
    '',
    risk,
    '',
    '## Undo',
    '',
    `Revert this pull request: ${asCode(file)} is then what it is now.`,
    '',
  ].join('\n')
}
