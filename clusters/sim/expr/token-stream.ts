import { ExpressionError } from './expression-error.ts'
import type { Token, TokenKind } from './token.ts'
import { describeToken } from './token.ts'

/** Tokens with one of them current; what is not as expected throws at it. */
export class TokenStream {
  protected current: Token
  private readonly tokens: readonly Token[]
  private position = 0

  /** `tokens` end with EOF. */
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens
    this.current = tokens[0]!
  }

  protected fail(message: string, token = this.current): never {
    throw new ExpressionError(message, token.offset)
  }

  protected unexpected(): never {
    this.fail(`unexpected token ${describeToken(this.current)}`)
  }

  protected is(kind: TokenKind, value: string): boolean {
    return this.current.kind === kind && this.current.value === value
  }

  protected next(): Token {
    const token = this.current
    const following = this.tokens[++this.position]
    if (following === undefined) this.fail('unexpected end of expression')
    this.current = following
    return token
  }

  protected expect(kind: TokenKind, value?: string): Token {
    if (this.current.kind !== kind || (value !== undefined && this.current.value !== value)) this.unexpected()
    return this.next()
  }

  protected take(kind: TokenKind, value: string): boolean {
    const found = this.is(kind, value)
    if (found) this.next()
    return found
  }
}
