import type { Frame, Run } from './frame.ts'
import type { Value } from './value.ts'

/**
 * expr v1.15.5 runs on a stack, and its findLast and findLastIndex leave there the tests of their loop (compiler/
 * compiler.go emitLoopBackwards). What comes after pops those in place of operands that were there before: `1 <
 * findLast(…)` compares true with what was found. Terms here return their values instead, so what was left behind is
 * kept in `frame.left`; as long as that is empty, operands are just the values.
 */
export interface Operands {
  /** Those above everything that was left behind. */
  values: Value[]
  /** How many were pushed in all. */
  count: number
  /** How much was left behind when the last one was pushed. */
  mark: number
}

export function startOperands(frame: Frame): Operands {
  return { values: [], count: 0, mark: frame.left.length }
}

export function pushOperand(frame: Frame, operands: Operands, value: Value): void {
  if (frame.left.length > operands.mark) {
    frame.left.splice(operands.mark, 0, ...operands.values)
    operands.values = []
  }
  operands.values.push(value)
  operands.count++
  operands.mark = frame.left.length
}

/** Pops as many values as were pushed. */
export function popOperands(frame: Frame, { values, count }: Operands): readonly Value[] {
  const missing = count - values.length
  return missing === 0 ? values : [...frame.left.splice(frame.left.length - missing), ...values]
}

/** The values of some terms evaluated in order. */
export function evaluate(frame: Frame, runs: readonly Run[]): readonly Value[] {
  const operands = startOperands(frame)
  for (const run of runs) pushOperand(frame, operands, run(frame))
  return popOperands(frame, operands)
}

/** A term of two operands. */
export function onBoth(left: Run, right: Run, apply: (a: Value, b: Value, frame: Frame) => Value): Run {
  return frame => {
    const a = left(frame)
    const mark = frame.left.length
    const b = right(frame)
    if (frame.left.length === mark) return apply(a, b, frame)
    const instead = frame.left.pop()!
    frame.left.splice(mark, 0, a)
    return apply(instead, b, frame)
  }
}
