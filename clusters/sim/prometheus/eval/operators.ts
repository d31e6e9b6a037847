import type { ArithmeticOperator, ComparisonOperator } from '../syntax/expression.ts'

/** The arithmetic of Prometheus, which is Go's: `%` truncates, and `^` differs from JavaScript's for bases of ±1. */
export function arithmetic(operator: ArithmeticOperator): (left: number, right: number) => number {
  switch (operator) {
    case '+':
      return (left, right) => left + right
    case '-':
      return (left, right) => left - right
    case '*':
      return (left, right) => left * right
    case '/':
      return (left, right) => left / right
    case '%':
      return (left, right) => left % right
    case '^':
      return power
  }
}

export function comparison(operator: ComparisonOperator): (left: number, right: number) => boolean {
  switch (operator) {
    case '==':
      return (left, right) => left === right
    case '!=':
      return (left, right) => left !== right
    case '<':
      return (left, right) => left < right
    case '>':
      return (left, right) => left > right
    case '<=':
      return (left, right) => left <= right
    case '>=':
      return (left, right) => left >= right
  }
}

/** Go's math.Pow: 1 to any power is 1, and so is -1 to an infinite one, where JavaScript says NaN. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1
  return base ** exponent
}
