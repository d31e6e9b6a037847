import type { BuiltinNode, Node } from './ast.ts'
import { fold } from './fold.ts'
import { INT, mapOf, STRING } from './go-type.ts'
import { rewrite } from './rewrite.ts'
import type { Dictionary, Value } from './value.ts'
import { dictionaryOf, rangeOf } from './value.ts'

/** expr's own guard on repeated folding, optimizer/optimizer.go. */
const MAX_FOLDS = 1000
/** The longest range that expr writes out when it compiles, optimizer/const_range.go. */
const MAX_CONSTANT_RANGE = 1_000_000n
const EMPTY_STRUCT = { kind: 'array', name: 'struct {}' } as const

/**
 * The rewriting that expr v1.15.5 does between check and run (optimizer/*.go). It is kept because it shows: `false and
 * result[0] > 1` and `result[0] > 1 and false` never look at an empty vector, and `filter(…)[0]` stops at the first hit.
 */
export function optimize(root: Node): Node {
  let node = rewrite(root, membershipInLiterals)
  for (let round = 0; round <= MAX_FOLDS; round++) {
    const folded = fold(node)
    node = folded.node
    if (!folded.changed) break
  }
  for (const pass of [membershipInRange, constantRange, filterThenMap, countOfFilter, lastOfFilter, firstOfFilter])
    node = rewrite(node, pass)
  return node
}

/** `x in [1, 2]` of an int, and `x in ["a"]` of anything, look up a set. */
function membershipInLiterals(node: Node): Node {
  if (node.kind !== 'binary' || node.operator !== 'in' || node.right.kind !== 'array') return node
  const { elements } = node.right
  if (elements.length === 0) return node
  const wanted =
    node.left.type?.kind === 'int' && elements.every(element => element.kind === 'integer')
      ? 'integer'
      : elements.every(element => element.kind === 'string')
        ? 'string'
        : undefined
  if (wanted === undefined) return node
  const keys = elements.map(element => (element as { value: Value }).value)
  const set: Dictionary = dictionaryOf(
    mapOf(wanted === 'integer' ? INT : STRING, EMPTY_STRUCT),
    keys.map((key): [Value, Value] => [key, true]),
  )
  return { ...withoutType(node), right: { kind: 'constant', value: set, offset: node.right.offset } }
}

/** `x in 1..3` of an int becomes `x >= 1 and x <= 3`. */
function membershipInRange(node: Node): Node {
  if (node.kind !== 'binary' || node.operator !== 'in' || node.left.type?.kind !== 'int') return node
  const { left, right, offset } = node
  if (right.kind !== 'binary' || right.operator !== '..') return node
  const { left: from, right: to } = right
  if (from.kind !== 'integer' || to.kind !== 'integer') return node
  return {
    kind: 'binary',
    operator: 'and',
    left: { kind: 'binary', operator: '>=', left, right: from, offset },
    right: { kind: 'binary', operator: '<=', left, right: to, offset },
    offset,
  }
}

function constantRange(node: Node): Node {
  if (node.kind !== 'binary' || node.operator !== '..') return node
  const { left: from, right: to, offset } = node
  if (from.kind !== 'integer' || to.kind !== 'integer') return node
  const size = BigInt.asIntN(64, to.value - from.value + 1n)
  if (size > MAX_CONSTANT_RANGE) return node
  return { kind: 'constant', value: rangeOf(from.value, Number(size)), offset }
}

/** One pass for `map(filter(…), …)`; `#index` in the map then counts the elements before filtering, as in expr. */
function filterThenMap(node: Node): Node {
  if (node.kind !== 'builtin' || node.name !== 'map') return node
  const [inner, closure] = node.args
  if (inner === undefined || !isFilter(inner) || inner.map !== undefined || closure?.kind !== 'closure') return node
  return { kind: 'builtin', name: 'filter', args: inner.args, map: closure.node, offset: node.offset }
}

function countOfFilter(node: Node): Node {
  const filter = onlyFilterOf(node, 'len')
  return filter ? { kind: 'builtin', name: 'count', args: filter.args, offset: node.offset } : node
}

function lastOfFilter(node: Node): Node {
  return search(node, 'last', -1n, 'findLast')
}

function firstOfFilter(node: Node): Node {
  return search(node, 'first', 0n, 'find')
}

/** `filter(…)[index]` and `name(filter(…))`; only the former fails when nothing is found. */
function search(node: Node, name: string, index: bigint, replacement: string): Node {
  const indexed =
    node.kind === 'member' && !node.optional && node.property.kind === 'integer' && node.property.value === index
  const filter = indexed ? node.object : onlyFilterOf(node, name)
  if (filter === undefined || !isFilter(filter)) return node
  const found: BuiltinNode = {
    kind: 'builtin',
    name: replacement,
    args: filter.args,
    throws: indexed,
    offset: node.offset,
  }
  return filter.map === undefined ? found : { ...found, map: filter.map }
}

function onlyFilterOf(node: Node, name: string): BuiltinNode | undefined {
  if (node.kind !== 'builtin' || node.name !== name || node.args.length !== 1) return undefined
  const [filter] = node.args
  return filter !== undefined && isFilter(filter) ? filter : undefined
}

function isFilter(node: Node): node is BuiltinNode {
  return node.kind === 'builtin' && node.name === 'filter' && node.args.length === 2
}

function withoutType<T extends Node>({ type: _, ...node }: T): Omit<T, 'type'> {
  return node
}
