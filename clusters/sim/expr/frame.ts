import { ExpressionError } from './expression-error.ts'
import { byteAt } from './operators.ts'
import type { Value } from './value.ts'
import { isTagged, nameOfKind } from './value.ts'

/** expr's bound on the elements that one run may make, vm/vm.go MemoryBudget. */
const MEMORY_BUDGET = 1_000_000

/** Where a predicate stands in its collection. */
export interface Scope {
  readonly length: number
  readonly at: (index: number) => Value
  index: number
  accumulator: Value
}

/** What one run of a compiled condition works on. */
export interface Frame {
  readonly result: Value
  readonly variables: Value[]
  readonly scopes: Scope[]
  /** What was left on Go's stack where nothing should be, see stack.ts. */
  readonly left: Value[]
  /** Elements made so far. */
  made: number
}

/** One compiled term. */
export type Run = (frame: Frame) => Value

export function makeElements(frame: Frame, count: number): void {
  frame.made += count
  if (frame.made >= MEMORY_BUDGET) throw new ExpressionError('memory budget exceeded')
}

/** Enters a collection: a list, or as in Go the bytes of a string; a map has a length but no elements. */
export function scopeOf(collection: Value): Scope {
  if (isTagged(collection, 'list')) {
    const { items } = collection
    return { length: items.length, at: index => elementAt(items, index), index: 0, accumulator: null }
  }
  if (typeof collection === 'string')
    return { length: collection.length, at: index => byteAt(collection, index), index: 0, accumulator: null }
  const found = collection === null ? 'zero' : nameOfKind(collection)
  if (!isTagged(collection, 'map')) throw new ExpressionError(`reflect: call of reflect.Value.Len on ${found} Value`)
  const at = (): never => {
    throw new ExpressionError('reflect: call of reflect.Value.Index on map Value')
  }
  return { length: collection.entries.size, at, index: 0, accumulator: null }
}

function elementAt(items: readonly Value[], index: number): Value {
  const item = items[index]
  if (item === undefined) throw new ExpressionError('reflect: slice index out of range')
  return item
}
