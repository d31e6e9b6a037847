import type { BuiltinNode, Node } from './ast.ts'
import { ExpressionError } from './expression-error.ts'
import type { Frame, Run, Scope } from './frame.ts'
import { makeElements, scopeOf } from './frame.ts'
import { ANY, ANY_LIST, mapOf } from './go-type.ts'
import type { Operands } from './stack.ts'
import { popOperands, pushOperand, startOperands } from './stack.ts'
import type { Value } from './value.ts'
import { assertBool, listOf, lookUp, newKey } from './value.ts'

const GROUPS = mapOf(ANY, ANY_LIST)

type Body = (frame: Frame, scope: Scope) => Value

/** A predicate as closure: `all(list, {…})` and its kin. They stop where expr v1.15.5, compiler/compiler.go, stops. */
export function compilePredicate(node: BuiltinNode, compile: (node: Node) => Run): Run {
  const [collection, closure, initial] = node.args.map(compile) as [Run, Run, Run | undefined]
  const body = bodyOf(node, closure, node.map && compile(node.map), initial)
  return frame => {
    const scope = scopeOf(collection(frame))
    frame.scopes.push(scope)
    const value = body(frame, scope)
    frame.scopes.pop()
    return value
  }
}

function bodyOf(node: BuiltinNode, closure: Run, map: Run | undefined, initial: Run | undefined): Body {
  const keep: Body = (frame, scope) => (map ? map(frame) : scope.at(scope.index))
  const holds = (frame: Frame) => assertBool(closure(frame))
  switch (node.name) {
    case 'all':
      return (frame, scope) => firstIndex(scope, () => !holds(frame)) === undefined
    case 'none':
      return (frame, scope) => firstIndex(scope, () => holds(frame)) === undefined
    case 'any':
      return (frame, scope) => firstIndex(scope, () => holds(frame)) !== undefined
    case 'one':
      return (frame, scope) => count(scope, () => holds(frame)) === 1
    case 'count':
      return (frame, scope) => BigInt(count(scope, () => holds(frame)))
    case 'find':
      return (frame, scope) =>
        orNothing(
          node,
          firstIndex(scope, () => holds(frame)),
          () => keep(frame, scope),
        )
    case 'findLast':
      return (frame, scope) =>
        orNothing(
          node,
          lastIndex(frame, scope, () => holds(frame)),
          () => keep(frame, scope),
        )
    case 'findIndex':
      return (frame, scope) => indexOrNil(firstIndex(scope, () => holds(frame)))
    case 'findLastIndex':
      return (frame, scope) => indexOrNil(lastIndex(frame, scope, () => holds(frame)))
    case 'filter':
      return (frame, scope) =>
        collect(frame, scope, kept => holds(frame) && pushOperand(frame, kept, keep(frame, scope)))
    case 'map':
      return (frame, scope) => collect(frame, scope, kept => pushOperand(frame, kept, closure(frame)))
    case 'groupBy':
      return (frame, scope) => group(scope, () => closure(frame))
    case 'reduce':
      return (frame, scope) => reduce(frame, scope, closure, initial)
    default:
      throw new Error(`${node.name} is no predicate`)
  }
}

function firstIndex(scope: Scope, matches: () => boolean): number | undefined {
  for (; scope.index < scope.length; scope.index++) if (matches()) return scope.index
  return undefined
}

/** Every test of the loop's end stays behind, see stack.ts. */
function lastIndex(frame: Frame, scope: Scope, matches: () => boolean): number | undefined {
  for (scope.index = scope.length - 1; scope.index >= 0; scope.index--) {
    frame.left.push(true)
    if (matches()) return scope.index
  }
  frame.left.push(false)
  return undefined
}

function count(scope: Scope, matches: () => boolean): number {
  let found = 0
  for (; scope.index < scope.length; scope.index++) if (matches()) found++
  return found
}

function orNothing(node: BuiltinNode, index: number | undefined, found: () => Value): Value {
  if (index !== undefined) return found()
  if (node.throws) throw new ExpressionError('reflect: slice index out of range')
  return null
}

function indexOrNil(index: number | undefined): Value {
  return index === undefined ? null : BigInt(index)
}

function collect(frame: Frame, scope: Scope, visit: (kept: Operands) => unknown): Value {
  const kept = startOperands(frame)
  for (; scope.index < scope.length; scope.index++) visit(kept)
  makeElements(frame, kept.count)
  return listOf(ANY_LIST, popOperands(frame, kept))
}

/** A map of the elements by what the closure gives for them; of no elements a nil map, as Go makes it at the first. */
function group(scope: Scope, keyOf: () => Value): Value {
  const groups = new Map<string, readonly [Value, Value[]]>()
  const entries = new Map<string, readonly [Value, Value]>()
  for (; scope.index < scope.length; scope.index++) {
    const item = scope.at(scope.index)
    const key = keyOf()
    // Go would say "runtime error: hash of unhashable type …", and so does lookUp.
    lookUp({ tag: 'map', type: GROUPS, entries }, key)
    const hash = newKey(key, groups.size)
    const members = groups.get(hash)?.[1] ?? []
    members.push(item)
    groups.set(hash, [key, members])
  }
  for (const [hash, [key, members]] of groups) entries.set(hash, [key, listOf(ANY_LIST, members)])
  return { tag: 'map', type: GROUPS, entries, isNil: entries.size === 0 }
}

/** Without an initial value the first element is it. */
function reduce(frame: Frame, scope: Scope, closure: Run, initial: Run | undefined): Value {
  if (initial) scope.accumulator = initial(frame)
  else scope.accumulator = scope.at(scope.index++)
  for (; scope.index < scope.length; scope.index++) scope.accumulator = closure(frame)
  return scope.accumulator
}
