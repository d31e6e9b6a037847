import type { BuiltinNode, Node } from './ast.ts'
import { BUILTINS } from './builtins/table.ts'
import { encodeText } from './go-string.ts'
import { isWordCharacter, tokenize } from './lexer.ts'
import { numberNode } from './number-literal.ts'
import { BINARY, RIGHT_ASSOCIATIVE, UNARY } from './precedence.ts'
import { PREDICATES } from './predicate-names.ts'
import type { Token } from './token.ts'
import { describeToken } from './token.ts'
import { TokenStream } from './token-stream.ts'

/** A guard of ours, so that no condition can exhaust the stack. */
const MAX_DEPTH = 200

/** The syntax tree of a condition; throws ExpressionError at the first thing that expr v1.15.5's parser would not take. */
export function parse(source: string): Node {
  return new Parser(tokenize(source)).parse()
}

class Parser extends TokenStream {
  private depth = 0
  private closures = 0

  parse(): Node {
    const node = this.expression(0)
    if (this.current.kind !== 'EOF') this.unexpected()
    return node
  }

  private expression(precedence: number): Node {
    if (++this.depth > MAX_DEPTH) this.fail(`condition is nested deeper than ${MAX_DEPTH} levels`)
    const node = precedence === 0 && this.is('Operator', 'let') ? this.declaration() : this.operators(precedence)
    this.depth--
    return node
  }

  private operators(precedence: number): Node {
    let left = this.primary()
    let previous = ''
    while (this.current.kind === 'Operator') {
      let negation: Token | undefined
      if (this.is('Operator', 'not')) {
        // Taken even where the operator behind it binds too weakly for this level and the level above sees it without
        // its `not`: so `1 + 2 not in x` means `(1 + 2) in x` in expr v1.15.5, and here.
        this.next()
        negation = this.current
      }
      const operator = this.current
      const binds = BINARY.get(operator.value)
      if (binds === undefined || binds < precedence) break
      this.next()
      if (operator.value === '|') left = this.pipe(left)
      else {
        if (previous === '??' && operator.value !== '??')
          this.fail(
            `Operator (${operator.value}) and coalesce expressions (??) cannot be mixed. Wrap either by parentheses.`,
            operator,
          )
        const right = this.expression(RIGHT_ASSOCIATIVE.has(operator.value) ? binds : binds + 1)
        left = { kind: 'binary', operator: operator.value, left, right, offset: operator.offset }
        if (negation) left = { kind: 'unary', operator: 'not', operand: left, offset: negation.offset }
      }
      previous = operator.value
    }
    return precedence === 0 ? this.conditional(left) : left
  }

  private declaration(): Node {
    this.expect('Operator', 'let')
    const name = this.expect('Identifier')
    this.expect('Operator', '=')
    const value = this.expression(0)
    this.expect('Operator', ';')
    return { kind: 'let', name: name.value, value, body: this.expression(0), offset: name.offset }
  }

  private conditional(node: Node): Node {
    while (this.take('Operator', '?')) {
      const condition = node
      let whenTrue = node
      if (!this.take('Operator', ':')) {
        whenTrue = this.expression(0)
        this.expect('Operator', ':')
      }
      node = { kind: 'conditional', condition, whenTrue, whenFalse: this.expression(0), offset: condition.offset }
    }
    return node
  }

  private primary(): Node {
    const token = this.current
    if (token.kind === 'Operator') {
      const binds = UNARY.get(token.value)
      if (binds !== undefined) {
        this.next()
        const operand = this.expression(binds)
        return this.postfix({ kind: 'unary', operator: token.value, operand, offset: token.offset })
      }
    }
    if (this.take('Bracket', '(')) {
      const node = this.expression(0)
      this.expect('Bracket', ')')
      return this.postfix(node)
    }
    if (this.is('Operator', '#') || this.is('Operator', '.')) {
      if (this.closures === 0) this.fail('cannot use pointer accessor outside closure')
      // In `.field` the dot stays, for the member access that follows.
      const name = this.take('Operator', '#') && this.current.kind === 'Identifier' ? this.next().value : ''
      return this.postfix({ kind: 'pointer', name, offset: token.offset })
    }
    return this.secondary()
  }

  private secondary(): Node {
    const { kind, value, offset } = this.current
    switch (kind) {
      case 'Identifier':
        this.next()
        if (value === 'true' || value === 'false') return { kind: 'bool', value: value === 'true', offset }
        if (value === 'nil') return { kind: 'nil', offset }
        return this.postfix(this.call(value, offset))
      case 'Number':
        return numberNode(this.next())
      case 'String':
        this.next()
        return { kind: 'string', value, offset }
      default:
        if (this.is('Bracket', '[')) return this.postfix(this.array())
        if (this.is('Bracket', '{')) return this.postfix(this.map())
        return this.unexpected()
    }
  }

  private call(name: string, offset: number): Node {
    if (!this.is('Bracket', '(')) return { kind: 'identifier', name, offset }
    if (PREDICATES.has(name)) {
      this.next()
      const collection = this.expression(0)
      this.expect('Operator', ',')
      return this.predicate(name, collection, offset)
    }
    return this.invocation(name, this.arguments(), offset)
  }

  private pipe(left: Node): Node {
    const { value: name, offset } = this.expect('Identifier')
    if (!PREDICATES.has(name)) return this.invocation(name, [left, ...this.arguments()], offset)
    this.expect('Bracket', '(')
    return this.predicate(name, left, offset)
  }

  private invocation(name: string, args: Node[], offset: number): Node {
    if (BUILTINS.has(name)) return { kind: 'builtin', name, args, offset }
    return { kind: 'call', callee: { kind: 'identifier', name, offset }, args, offset }
  }

  private predicate(name: string, collection: Node, offset: number): BuiltinNode {
    const args = [collection, this.closure()]
    if (name === 'reduce' && this.take('Operator', ',')) args.push(this.expression(0))
    this.expect('Bracket', ')')
    return { kind: 'builtin', name, args, offset }
  }

  private closure(): Node {
    const { offset } = this.current
    const braced = this.take('Bracket', '{')
    this.closures++
    const node = this.expression(0)
    this.closures--
    if (braced) this.expect('Bracket', '}')
    return { kind: 'closure', node, offset }
  }

  private array(): Node {
    const { offset } = this.expect('Bracket', '[')
    const elements: Node[] = []
    while (!this.is('Bracket', ']')) {
      if (elements.length > 0) {
        this.expect('Operator', ',')
        if (this.is('Bracket', ']')) break
      }
      elements.push(this.expression(0))
    }
    this.next()
    return { kind: 'array', elements, offset }
  }

  private map(): Node {
    const { offset } = this.expect('Bracket', '{')
    const pairs: { key: Node; value: Node }[] = []
    while (!this.is('Bracket', '}')) {
      if (pairs.length > 0) {
        this.expect('Operator', ',')
        if (this.is('Bracket', '}')) break
        if (this.is('Operator', ',')) this.unexpected()
      }
      const key = this.mapKey()
      this.expect('Operator', ':')
      pairs.push({ key, value: this.expression(0) })
    }
    this.next()
    return { kind: 'map', pairs, offset }
  }

  private mapKey(): Node {
    const { kind, value, offset } = this.current
    if (kind === 'String' || kind === 'Number' || kind === 'Identifier') {
      this.next()
      return { kind: 'string', value: kind === 'Identifier' ? encodeText(value) : value, offset }
    }
    if (this.is('Bracket', '(')) return this.expression(0)
    return this.fail(
      'a map key must be a quoted string, a number, a identifier, or an expression enclosed in parentheses ' +
        `(unexpected token ${describeToken(this.current)})`,
    )
  }

  private postfix(node: Node): Node {
    for (;;) {
      const { kind, value, offset } = this.current
      if (kind === 'Operator' && (value === '.' || value === '?.')) node = this.member(node, value === '?.')
      else if (kind === 'Bracket' && value === '[') node = this.subscript(node, offset)
      else return node
    }
  }

  private member(node: Node, optional: boolean): Node {
    this.next()
    const token = this.next()
    const isName = token.kind === 'Identifier' || (token.kind === 'Operator' && isIdentifier(token.value))
    if (!isName) this.fail('expected name')
    const { offset } = token
    const isChain = node.kind === 'chain'
    const property: Node = { kind: 'string', value: encodeText(token.value), offset }
    let member: Node = { kind: 'member', object: node.kind === 'chain' ? node.node : node, property, optional, offset }
    if (this.is('Bracket', '(')) member = { kind: 'call', callee: member, args: this.arguments(), offset }
    return isChain || optional ? { kind: 'chain', node: member, offset } : member
  }

  private subscript(object: Node, offset: number): Node {
    this.next()
    const from = this.is('Operator', ':') ? undefined : this.expression(0)
    if (from !== undefined && !this.is('Operator', ':')) {
      this.expect('Bracket', ']')
      return { kind: 'member', object, property: from, optional: false, offset }
    }
    this.next()
    const to = this.is('Bracket', ']') ? undefined : this.expression(0)
    this.expect('Bracket', ']')
    return { kind: 'slice', object, from, to, offset }
  }

  private arguments(): Node[] {
    this.expect('Bracket', '(')
    const args: Node[] = []
    while (!this.is('Bracket', ')')) {
      if (args.length > 0) this.expect('Operator', ',')
      args.push(this.expression(0))
    }
    this.next()
    return args
  }
}

function isIdentifier(text: string): boolean {
  return [...text].every(isWordCharacter) && !/^\p{Nd}/u.test(text)
}
