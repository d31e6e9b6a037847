import { decodeText, quote } from './go-string.ts'

export type TokenKind = 'Identifier' | 'Number' | 'String' | 'Operator' | 'Bracket' | 'EOF'

export interface Token {
  readonly kind: TokenKind
  /** The text; of a string literal its unescaped bytes (see go-string.ts). */
  readonly value: string
  /** UTF-16 offset of its first character in the condition. */
  readonly offset: number
}

/** A token as expr's messages show it, e.g. `Operator("<")`. */
export function describeToken({ kind, value }: Token): string {
  if (value === '') return kind
  return `${kind}(${quote(kind === 'String' ? decodeText(value) : value)})`
}
