import { ExpressionError } from './expression-error.ts'
import type { StaticType } from './go-type.ts'
import {
  ANY,
  BOOL,
  FLOAT64,
  INT,
  INT_LIST,
  isAny,
  isAssignable,
  isBool,
  isFloat,
  isInteger,
  isList,
  isNumber,
  isString,
  STRING,
  typeName,
} from './go-type.ts'

type Test = (type: StaticType) => boolean

const isNumberOrString: Test = type => isNumber(type) || isString(type)

/** The type that an operator gives, by expr v1.15.5, checker/checker.go UnaryNode; throws where it takes no such operand. */
export function typeOfUnary(operator: string, operand: StaticType): StaticType {
  if (operator === '!' || operator === 'not') {
    if (isBool(operand) || isAny(operand)) return BOOL
  } else if (isNumber(operand) || isAny(operand)) return operand
  throw new ExpressionError(`invalid operation: ${operator} (mismatched type ${typeName(operand)})`)
}

/** The same for two operands (BinaryNode); `element` is the type of the elements of a list literal on the right, where they agree. */
export function typeOfBinary(operator: string, left: StaticType, right: StaticType, element: StaticType): StaticType {
  const type = binary(operator, left, right, element)
  if (type !== null) return type
  throw new ExpressionError(
    `invalid operation: ${operator} (mismatched types ${typeName(left)} and ${typeName(right)})`,
  )
}

/** null: these operands do not go with the operator. */
function binary(operator: string, left: StaticType, right: StaticType, element: StaticType): StaticType | null {
  switch (operator) {
    case '==':
    case '!=':
      return isComparable(left, right) ? BOOL : null
    case 'or':
    case '||':
    case 'and':
    case '&&':
      return fits(left, right, isBool) ? BOOL : null
    case '<':
    case '>':
    case '>=':
    case '<=':
      return fits(left, right, isNumber) || fits(left, right, isString) ? BOOL : null
    case '+':
      if (isString(left) && isString(right)) return STRING
      return arithmetic(left, right, isNumberOrString)
    case '-':
    case '*':
      return arithmetic(left, right, isNumber)
    case '/':
    case '**':
    case '^':
      return fits(left, right, isNumber) ? FLOAT64 : null
    case '%':
      if (isInteger(left) && isInteger(right)) return combined(left, right)
      return fits(left, right, isInteger) ? ANY : null
    case '..':
      return fits(left, right, isInteger) ? INT_LIST : null
    case 'matches':
    case 'contains':
    case 'startsWith':
    case 'endsWith':
      return fits(left, right, isString) ? BOOL : null
    case 'in':
      return membership(left, right, element)
    case '??':
      if (left === undefined) return right
      if (right === undefined) return left
      return isAssignable(right, left) ? left : ANY
    default:
      throw new ExpressionError(`unknown operator (${operator})`)
  }
}

/** Both as wanted, or one of them so and the other unknown, or both unknown. */
function fits(left: StaticType, right: StaticType, test: Test): boolean {
  return (test(left) || isAny(left)) && (test(right) || isAny(right))
}

function arithmetic(left: StaticType, right: StaticType, test: Test): StaticType | null {
  if (isNumber(left) && isNumber(right)) return combined(left, right)
  return (isAny(left) || isAny(right)) && fits(left, right, test) ? ANY : null
}

function combined(left: StaticType, right: StaticType): StaticType {
  if (left?.kind === right?.kind) return left
  return isFloat(left) || isFloat(right) ? FLOAT64 : INT
}

function isComparable(left: StaticType, right: StaticType): boolean {
  if (left === undefined || right === undefined) return true
  return left.kind === right.kind || (isNumber(left) && isNumber(right)) || isAny(left) || isAny(right)
}

function membership(left: StaticType, right: StaticType, element: StaticType): StaticType | null {
  if (right?.kind === 'map') {
    if (left !== undefined && !isAny(left) && !isAssignable(left, right.key!))
      throw new ExpressionError(`cannot use ${left.name} as type ${right.key!.name} in map key`)
    return BOOL
  }
  if (isList(right)) {
    if (left === undefined) return BOOL
    for (const wanted of [right.element, element])
      if (!isComparable(left, wanted))
        throw new ExpressionError(`cannot use ${left.name} as type ${typeName(wanted)} in array`)
    return BOOL
  }
  return isAny(right) || (isAny(left) && isString(right)) ? BOOL : null
}
