import type { BinaryNode, CallNode, Node } from './ast.ts'
import { lengthOf } from './builtins/lists.ts'
import { BUILTINS } from './builtins/table.ts'
import { compilePredicate } from './compile-predicate.ts'
import { functionOfName, valueOfName } from './environment.ts'
import { ExpressionError } from './expression-error.ts'
import type { Frame, Run } from './frame.ts'
import { makeElements } from './frame.ts'
import { toInt, wrap } from './go-number.ts'
import { decodeText } from './go-string.ts'
import { ANY_LIST, INT, isAny, STRING_MAP, sliceOf } from './go-type.ts'
import { arithmetic, compare, contains, divide, equal, exponent, fetch, modulo, negate, slice } from './operators.ts'
import { compilePattern } from './pattern.ts'
import { PREDICATES } from './predicate-names.ts'
import type { Value } from './value.ts'
import {
  assertBool,
  asserted,
  assertString,
  dictionaryOf,
  isNil,
  isTagged,
  listOf,
  nameOfKind,
  nameOfType,
} from './value.ts'

const INT_LIST = sliceOf(INT)

/** Left by a `?.` that met nil, for the chain around it. */
const STOPPED = new ExpressionError('the chain ended at nil')

/** A checked tree as one function of a metric's result; it throws ExpressionError where Go would panic. */
export function compile(root: Node): (result: Value) => Value {
  const compiler = new Compiler()
  const run = compiler.compile(root)
  return result => run({ result, variables: [], scopes: [], made: 0 })
}

class Compiler {
  private readonly variables: string[] = []
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
          const items = elements.map(element => element(frame))
          makeElements(frame, items.length)
          return listOf(ANY_LIST, items)
        }
      }
      case 'map': {
        const pairs = node.pairs.map(({ key, value }) => [this.compile(key), this.compile(value)] as const)
        return frame => {
          const entries = pairs.map(([key, value]): [Value, Value] => [key(frame), value(frame)])
          makeElements(frame, entries.length)
          for (const [key] of entries) assertString(key)
          // Go fills the map from the last pair on, so that of equal keys the first one wins.
          return dictionaryOf(STRING_MAP, [...entries].reverse())
        }
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
        return frame => !equal(left(frame), right(frame))
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
        return frame => compare(operator, left(frame), right(frame))
      case '+':
      case '-':
      case '*':
        return frame => arithmetic(operator, left(frame), right(frame))
      case '/':
        return frame => divide(left(frame), right(frame))
      case '%':
        return frame => modulo(left(frame), right(frame))
      case '**':
      case '^':
        return frame => exponent(left(frame), right(frame))
      case 'in':
        return frame => contains(left(frame), right(frame))
      case '..':
        return frame => range(frame, left(frame), right(frame))
      case '??':
        return frame => {
          const value = left(frame)
          return isNil(value) ? right(frame) : value
        }
      case 'matches': {
        const { pattern } = node
        if (pattern) return frame => pattern.test(decodeText(assertString(left(frame))))
        return frame => {
          const [text, source] = [left(frame), right(frame)]
          return compilePattern(assertString(source)).test(decodeText(assertString(text)))
        }
      }
      default:
        return frame => textTest(operator, left(frame), right(frame))
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
    if (!optional) return frame => fetch(object(frame), property(frame))
    return frame => {
      const from = object(frame)
      if (isNil(from)) throw STOPPED
      return fetch(from, property(frame))
    }
  }

  private slice(object: Run, from: Run | undefined, to: Run | undefined): Run {
    return frame => {
      const value = object(frame)
      const end = to ? to(frame) : BigInt(lengthOf(value))
      return slice(value, from ? from(frame) : 0n, end)
    }
  }

  private builtin(name: string, args: readonly Node[]): Run {
    const { call } = BUILTINS.get(name)!
    const runs = args.map(this.compile)
    const [only] = runs
    if (only !== undefined && runs.length === 1) return frame => call([only(frame)])
    return frame => call(runs.map(run => run(frame)))
  }

  private call({ callee, args, builtin }: CallNode): Run {
    if (builtin !== undefined && BUILTINS.get(builtin)?.direct === undefined) return this.builtin(builtin, args)
    const runs = args.map(this.compile)
    if (builtin !== undefined)
      return () => {
        throw new ExpressionError('runtime error: invalid memory address or nil pointer dereference')
      }
    const known =
      callee.kind === 'identifier' && !this.slotOf.has(callee.name) ? functionOfName(callee.name) : undefined
    if (known)
      return frame =>
        known(
          runs.map(run => run(frame)),
          frame.result,
        )
    const target = this.compile(callee)
    return frame => {
      const values = runs.map(run => run(frame))
      return invoke(target(frame), values)
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
  if (expected === undefined) return frame => equal(left(frame), right(frame))
  return frame => {
    const [a, b] = [left(frame), right(frame)]
    asserted(a, expected)
    asserted(b, expected)
    return a === b
  }
}

function textTest(operator: string, a: Value, b: Value): boolean {
  const [text, part] = [assertString(a), assertString(b)]
  if (operator === 'contains') return text.includes(part)
  return operator === 'startsWith' ? text.startsWith(part) : text.endsWith(part)
}

function range(frame: Frame, a: Value, b: Value): Value {
  const [from, to] = [toInt(a), toInt(b)]
  const size = Number(wrap(to - from + 1n))
  makeElements(frame, Math.max(size, 0))
  return listOf(
    INT_LIST,
    Array.from({ length: Math.max(size, 0) }, (_, index) => from + BigInt(index)),
  )
}

/** reflect.Value.Call of a function whose type the checker did not know. */
function invoke(target: Value, args: readonly Value[]): Value {
  if (!isTagged(target, 'func'))
    throw new ExpressionError(
      `reflect: call of reflect.Value.Call on ${target === null ? 'zero' : nameOfKind(target)} Value`,
    )
  const { parameters = [] } = target.type
  if (args.length !== parameters.length)
    throw new ExpressionError(
      `reflect: Call with too ${args.length < parameters.length ? 'few' : 'many'} input arguments`,
    )
  args.forEach((arg, index) => {
    const wanted = parameters[index]!
    if (!isAny(wanted) && nameOfType(arg) !== wanted.name)
      throw new ExpressionError(`reflect: Call using ${nameOfType(arg)} as type ${wanted.name}`)
  })
  return target.call(args)
}
