import type { Diagnosis, Hypothesis } from '../../harness/model/cause.ts'

const longestQuote = 200

/** A diagnosis as people read it: Markdown. What others wrote stands in it as code, in one line and cut. */
export function reportDiagnosis(diagnosis: Diagnosis): string {
  const { incident, verdict, ranked, evidence, ruledOut, toolCalls } = diagnosis
  const [best, ...others] = ranked
  const head =
    verdict === 'inconclusive' || best === undefined
      ? 'INCONCLUSIVE: what is known does not name a cause.'
      : `${verdict.toUpperCase()}: ${describeHypothesis(best)}`
  const change =
    verdict === 'inconclusive' || best === undefined
      ? []
      : [best.change === null ? 'No change brought it.' : `It came with ${asCode(best.change)}.`]
  const considered = verdict === 'inconclusive' ? ranked : others
  return [
    `# Diagnosis of ${asCode(incident)}`,
    '',
    head,
    ...change,
    '',
    ...section(
      'Evidence',
      evidence.map(({ id, source, text }) => `${id} (${source}): ${asCode(text)}`),
    ),
    ...section('Also considered', considered.map(describeHypothesis)),
    ...section(
      'Ruled out',
      ruledOut.map(({ cause, because }) => `${cause.kind} (${asCode(cause.entity)}): ${asCode(because)}`),
    ),
    `${toolCalls} tool calls.`,
    '',
  ].join('\n')
}

/** `short timeout of checkout, 93 % of the belief` */
export function describeHypothesis({ cause, share }: Hypothesis): string {
  return `${cause.kind} of ${asCode(cause.entity)}, ${Math.round(share * 100)} % of the belief`
}

/** A text of somebody else in Markdown: no line break, no end of the quote, nothing that mentions or links. */
export function asCode(text: string): string {
  const plain = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').replaceAll('`', "'")
  const cut = plain.length > longestQuote ? `${plain.slice(0, longestQuote)}…` : plain
  return `\`${cut === '' ? ' ' : cut}\``
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines.map(line => `- ${line}`), '']
}
