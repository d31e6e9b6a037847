import { ExpressionError } from '../expression-error.ts'
import type { GoType, StaticType } from '../go-type.ts'
import type { Value } from '../value.ts'

/**
 * A built-in function of expr v1.15.5, builtin/builtin.go. Its arguments are checked either against `overloads`, tried
 * in order, or by `check`, which gives the type of the result or throws; at run time each may still hold anything.
 */
export interface Builtin {
  readonly overloads?: readonly GoType[]
  readonly check?: (args: readonly StaticType[]) => StaticType
  /** Kept in a table of its own in expr, so that a call by another name (`let f = len; f(result)`) finds a nil function. */
  readonly direct?: true
  readonly call: (args: readonly Value[]) => Value
}

export function requireArguments(args: readonly unknown[], expected: number): void {
  if (args.length !== expected)
    throw new ExpressionError(`invalid number of arguments (expected ${expected}, got ${args.length})`)
}
