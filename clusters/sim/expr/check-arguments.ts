import type { Node } from './ast.ts'
import { ExpressionError } from './expression-error.ts'
import type { GoType, StaticType } from './go-type.ts'
import { FLOAT64, isAny, isAssignable, isFloat, isInteger, isList, typeName } from './go-type.ts'

/**
 * The result type of a call of `fn` with `args` (expr v1.15.5, checker/checker.go checkArguments). Whole-number
 * literals passed for a float64 become float64 in place; other integers pass the check too and fail when they run.
 */
export function typeOfCall(
  name: string,
  fn: GoType,
  args: Node[],
  offset: number,
  visit: (node: Node) => StaticType,
): StaticType {
  const parameters = fn.parameters ?? []
  const required = fn.variadic ? parameters.length - 1 : parameters.length
  if (args.length > required && !fn.variadic) throw new ExpressionError(`too many arguments to call ${name}`, offset)
  if (args.length < required) throw new ExpressionError(`not enough arguments to call ${name}`, offset)
  args.forEach((arg, index) => {
    const type = visit(arg)
    const declared = parameters[Math.min(index, parameters.length - 1)]!
    const wanted = fn.variadic && index >= required && isList(declared) ? declared.element : declared
    if (isFloat(wanted) && isInteger(type)) {
      args[index] = asFloat(arg)
      return
    }
    if (isInteger(wanted) && isInteger(type)) return
    if (type !== undefined && !isAny(type) && !isAssignable(type, wanted))
      throw new ExpressionError(
        `cannot use ${typeName(type)} as argument (type ${wanted.name}) to call ${name} `,
        arg.offset,
      )
  })
  return fn.result
}

function asFloat(node: Node): Node {
  if (node.kind === 'integer') return { kind: 'float', value: Number(node.value), offset: node.offset, type: FLOAT64 }
  if (node.kind === 'unary') node.operand = asFloat(node.operand)
  if (node.kind === 'binary' && ['+', '-', '*'].includes(node.operator)) {
    node.left = asFloat(node.left)
    node.right = asFloat(node.right)
  }
  return node
}
