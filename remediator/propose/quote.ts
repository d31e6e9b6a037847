import type { Hypothesis } from '../../harness/model/cause.ts'

const longestQuote = 200

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
