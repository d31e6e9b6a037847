import type { BinaryNode, BuiltinNode, Node } from './ast.ts'
import { ExpressionError } from './expression-error.ts'
import { wrap } from './go-number.ts'
import { ANY_LIST, FLOAT64, INT, STRING } from './go-type.ts'
import { arithmetic, divide, exponent } from './operators.ts'
import { rewrite } from './rewrite.ts'
import type { Value } from './value.ts'
import { listOf } from './value.ts'

/** One round of constant folding as expr v1.15.5, optimizer/fold.go, does it: less than could be, and no less. */
export function fold(root: Node): { node: Node; changed: boolean } {
  let changed = false
  const node = rewrite(root, original => {
    const folded = foldNode(original)
    changed ||= folded !== original
    return folded
  })
  return { node, changed }
}

function foldNode(node: Node): Node {
  switch (node.kind) {
    case 'unary':
      return foldUnary(node.operator, node.operand, node)
    case 'binary':
      return foldBinary(node)
    case 'array': {
      const { elements, offset } = node
      const literals = elements.filter(e => isNumberLiteral(e) || e.kind === 'string' || e.kind === 'bool')
      if (elements.length === 0 || literals.length < elements.length) return node
      const items = literals.map(literal => (literal as { value: Value }).value)
      return { kind: 'constant', value: listOf(ANY_LIST, items), offset }
    }
    case 'builtin':
      return mergeFilters(node)
    default:
      return node
  }
}

function foldUnary(operator: string, operand: Node, node: Node): Node {
  const { offset } = node
  if (operator === '!' || operator === 'not')
    return operand.kind === 'bool' ? { kind: 'bool', value: !operand.value, offset } : node
  const sign = operator === '-' ? -1 : 1
  if (operand.kind === 'integer')
    return { kind: 'integer', value: wrap(BigInt(sign) * operand.value), offset, type: INT }
  if (operand.kind === 'float') return { kind: 'float', value: sign * operand.value, offset, type: FLOAT64 }
  return node
}

function foldBinary(node: BinaryNode): Node {
  const { operator, left, right, offset } = node
  switch (operator) {
    case '+':
    case '-':
    case '*':
      if (operator === '+' && left.kind === 'string' && right.kind === 'string')
        return { kind: 'string', value: left.value + right.value, offset, type: STRING }
      return isNumberLiteral(left) && isNumberLiteral(right)
        ? numberLiteral(arithmetic(operator, left.value, right.value), offset)
        : node
    case '/':
      return isNumberLiteral(left) && isNumberLiteral(right)
        ? numberLiteral(divide(left.value, right.value), offset)
        : node
    case '**':
    case '^':
      return isNumberLiteral(left) && isNumberLiteral(right)
        ? numberLiteral(exponent(left.value, right.value), offset)
        : node
    case '%':
      if (left.kind !== 'integer' || right.kind !== 'integer') return node
      if (right.value === 0n) throw new ExpressionError('integer divide by zero', offset)
      return { kind: 'integer', value: left.value % right.value, offset }
    case 'and':
    case '&&':
      if (isBool(left, true)) return right
      if (isBool(right, true)) return left
      return isBool(left, false) || isBool(right, false) ? { kind: 'bool', value: false, offset } : node
    case 'or':
    case '||':
      if (isBool(left, false)) return right
      if (isBool(right, false)) return left
      return isBool(left, true) || isBool(right, true) ? { kind: 'bool', value: true, offset } : node
    case '==': {
      const comparable =
        (left.kind === 'integer' && right.kind === 'integer') ||
        (left.kind === 'string' && right.kind === 'string') ||
        (left.kind === 'bool' && right.kind === 'bool')
      return comparable ? { kind: 'bool', value: left.value === right.value, offset } : node
    }
    default:
      return node
  }
}

/** `filter(filter(list, a), b)` becomes `filter(list, a && b)`. */
function mergeFilters(node: BuiltinNode): Node {
  const [inner, second] = node.args
  if (node.name !== 'filter' || inner?.kind !== 'builtin' || inner.name !== 'filter' || second === undefined)
    return node
  const { offset } = node
  const both: Node = { kind: 'binary', operator: '&&', left: inner.args[1]!, right: second, offset }
  return { kind: 'builtin', name: 'filter', args: [inner.args[0]!, both], offset }
}

function isNumberLiteral(node: Node): node is Extract<Node, { kind: 'integer' | 'float' }> {
  return node.kind === 'integer' || node.kind === 'float'
}

function numberLiteral(value: Value, offset: number): Node {
  return typeof value === 'bigint'
    ? { kind: 'integer', value, offset, type: INT }
    : { kind: 'float', value: value as number, offset, type: FLOAT64 }
}

function isBool(node: Node, value: boolean): boolean {
  return node.kind === 'bool' && node.value === value
}
