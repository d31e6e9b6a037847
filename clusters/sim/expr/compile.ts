import type { BinaryNode, CallNode, Node } from './ast.ts'
import { lengthOf } from './builtins/lists.ts'
import { BUILTINS } from './builtins/table.ts'
import { callByReflection } from './call-by-reflection.ts'
import { compilePredicate } from './compile-predicate.ts'
import { functionOfName, valueOfName } from './environment.ts'
import { ExpressionError } from './expression-error.ts'
import type { Frame, Run } from './frame.ts'
import { makeElements } from './frame.ts'
import { toInt, wrap } from './go-number.ts'
import { decodeText } from './go-string.ts'
import { ANY_LIST, STRING_MAP } from './go-type.ts'
import { arithmetic, compare, contains, divide, equal, exponent, fetch, modulo, negate, slice } from './operators.ts'
import { compilePattern } from './pattern.ts'
import { PREDICATES } from './predicate-names.ts'
import { evaluate, onBoth, popOperands, pushOperand, startOperands } from './stack.ts'
import type { Value } from './value.ts'
import { assertBool, asserted, assertString, dictionaryOf, isNil, listOf, rangeOf } from './value.ts'

/** Left by a `?.` that met nil, for the chain around it. */
const STOPPED = new ExpressionError('the chain ended at nil')

/** A checked tree as one function of a metric's result; it throws ExpressionError where Go would panic. */
export function compile(root: Node): (result: Value) => Value {
  const compiler = new Compiler()
  const run = compiler.compile(root)
  return result => run({ result, variables: [], scopes: [], left: [], made: 0 })
}

class Compiler {
  private slots = 0
  private readonly slotOf = new Map<string, number>()

  readonly compile = (node: Node): Run => {
    switch (node.kind) {
      case 'nil':
        return () => null
      case 'integer':
      case 'float':
      case 'bool':
      case 'string':
      case 'constant': {
        const { value } = node
        return () => value
      }
      case 'identifier':
        return this.identifier(node.name)
      case 'unary':
        return this.unary(node.operator, this.compile(node.operand))
      case 'binary':
        return this.binary(node)
      case 'chain':
        return this.chain(this.compile(node.node))
      case 'member':
        return this.member(this.compile(node.object), this.compile(node.property), node.optional)
      case 'slice':
        return this.slice(
          this.compile(node.object),
          node.from && this.compile(node.from),
          node.to && this.compile(node.to),
        )
      case 'call':
        return this.call(node)
      case 'builtin':
        if (PREDICATES.has(node.name)) return compilePredicate(node, this.compile)
        return this.builtin(node.name, node.args)
      case 'closure':
        return this.compile(node.node)
      case 'pointer':
        return this.pointer(node.name)
      case 'let':
        return this.declaration(node.name, node.value, node.body)
      case 'conditional': {
        const [condition, whenTrue, whenFalse] = [node.condition, node.whenTrue, node.whenFalse].map(this.compile)
        return frame => (assertBool(condition!(frame)) ? whenTrue!(frame) : whenFalse!(frame))
      }
      case 'array': {
        const elements = node.elements.map(this.compile)
        return frame => {
          const items = evaluate(frame, elements)
          makeElements(frame, items.length)
          return listOf(ANY_LIST, items)
        }
      }
      case 'map': {
        const runs = node.pairs.flatMap(({ key, value }) => [this.compile(key), this.compile(value)])
        return frame => stringMap(evaluate(frame, runs), frame)
      }
    }
  }

  private identifier(name: string): Run {
    const slot = this.slotOf.get(name)
    if (slot !== undefined) return frame => frame.variables[slot]!
    const value = valueOfName(name)
    return frame => value(frame.result)
  }

  private unary(operator: string, operand: Run): Run {
    if (operator === '+') return operand
    if (operator === '-') return frame => negate(operand(frame))
    return frame => !assertBool(operand(frame))
  }

  private binary(node: BinaryNode): Run {
    const { operator } = node
    const [left, right] = [this.compile(node.left), this.compile(node.right)]
    switch (operator) {
      case '==':
        return equality(node, left, right)
      case '!=':
        return onBoth(left, right, (a, b) => !equal(a, b))
      case 'or':
      case '||':
        return frame => assertBool(left(frame)) || right(frame)
      case 'and':
      case '&&':
        return frame => assertBool(left(frame)) && right(frame)
      case '<':
      case '>':
      case '<=':
      case '>=':
        return onBoth(left, right, (a, b) => compare(operator, a, b))
      case '+':
      case '-':
      case '*':
        return onBoth(left, right, (a, b) => arithmetic(operator, a, b))
      case '/':
        return onBoth(left, right, divide)
      case '%':
        return onBoth(left, right, modulo)
      case '**':
      case '^':
        return onBoth(left, right, exponent)
      case 'in':
        return onBoth(left, right, contains)
      case '..':
        return onBoth(left, right, range)
      case '??':
        return frame => {
          const value = left(frame)
          return isNil(value) ? right(frame) : value
        }
      case 'matches': {
        const { pattern } = node
        if (pattern) return frame => pattern.test(decodeText(assertString(left(frame))))
        return onBoth(left, right, (text, source) =>
          compilePattern(assertString(source)).test(decodeText(assertString(text))),
        )
      }
      default:
        return onBoth(left, right, (a, b) => textTest(operator, a, b))
    }
  }

  private chain(run: Run): Run {
    return frame => {
      try {
        return run(frame)
      } catch (error) {
        if (error === STOPPED) return null
        throw error
      }
    }
  }

  private member(object: Run, property: Run, optional: boolean): Run {
    const guarded: Run = frame => {
      const from = object(frame)
      if (isNil(from)) throw STOPPED
      return from
    }
    return onBoth(optional ? guarded : object, property, fetch)
  }

  private slice(object: Run, from: Run | undefined, to: Run | undefined): Run {
    return frame => {
      const operands = startOperands(frame)
      const value = object(frame)
      pushOperand(frame, operands, value)
      pushOperand(frame, operands, to ? to(frame) : BigInt(lengthOf(value)))
      pushOperand(frame, operands, from ? from(frame) : 0n)
      const [list, end, start] = popOperands(frame, operands)
      return slice(list!, start!, end!)
    }
  }

  private builtin(name: string, args: readonly Node[]): Run {
    const { call } = BUILTINS.get(name)!
    const runs = args.map(this.compile)
    const [only] = runs
    if (only !== undefined && runs.length === 1) return frame => call([only(frame)])
    return frame => call(evaluate(frame, runs))
  }

  private call({ callee, args, builtin }: CallNode): Run {
    if (builtin !== undefined && BUILTINS.get(builtin)?.direct === undefined) return this.builtin(builtin, args)
    const runs = args.map(this.compile)
    if (builtin !== undefined)
      return () => {
        throw new ExpressionError('runtime error: invalid memory address or nil pointer dereference')
      }
    // Where the checker did not come by, Go calls by reflection.
    const isKnown = callee.kind === 'identifier' && callee.type !== undefined && !this.slotOf.has(callee.name)
    const known = isKnown ? functionOfName(callee.name) : undefined
    if (known) return frame => known(evaluate(frame, runs), frame.result)
    const all = [...runs, this.compile(callee)]
    return frame => {
      const values = evaluate(frame, all)
      return callByReflection(values.at(-1)!, values.slice(0, -1))
    }
  }

  private pointer(name: string): Run {
    if (name === 'index') return frame => BigInt(frame.scopes.at(-1)!.index)
    if (name === 'acc') return frame => frame.scopes.at(-1)!.accumulator
    return frame => {
      const scope = frame.scopes.at(-1)!
      return scope.at(scope.index)
    }
  }

  private declaration(name: string, value: Node, body: Node): Run {
    const assigned = this.compile(value)
    const slot = this.slots++
    this.slotOf.set(name, slot)
    const run = this.compile(body)
    this.slotOf.delete(name)
    return frame => {
      frame.variables[slot] = assigned(frame)
      return run(frame)
    }
  }
}

/** Where both sides are statically int or both string, Go asserts those types; everywhere else any two values compare. */
function equality({ left: { type: l }, right: { type: r } }: BinaryNode, left: Run, right: Run): Run {
  const expected = l?.kind === r?.kind && (l?.kind === 'int' || l?.kind === 'string') ? l.kind : undefined
  if (expected === undefined) return onBoth(left, right, equal)
  return onBoth(left, right, (a, b) => {
    asserted(a, expected)
    asserted(b, expected)
    return a === b
  })
}

function textTest(operator: string, a: Value, b: Value): boolean {
  const [text, part] = [assertString(a), assertString(b)]
  if (operator === 'contains') return text.includes(part)
  return operator === 'startsWith' ? text.startsWith(part) : text.endsWith(part)
}

function range(a: Value, b: Value, frame: Frame): Value {
  const [from, to] = [toInt(a), toInt(b)]
  const size = Number(wrap(to - from + 1n))
  makeElements(frame, Math.max(size, 0))
  return rangeOf(from, size)
}

/** Of keys and values in turn. Go fills the map from the last pair on, so that of equal keys the first one wins. */
function stringMap(keysAndValues: readonly Value[], frame: Frame): Value {
  const pairs: [Value, Value][] = []
  for (let i = keysAndValues.length - 2; i >= 0; i -= 2) {
    const key = assertString(keysAndValues[i]!)
    pairs.push([key, keysAndValues[i + 1]!])
  }
  makeElements(frame, pairs.length)
  return dictionaryOf(STRING_MAP, pairs)
}
