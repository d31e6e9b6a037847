import type { BinaryNode, BuiltinNode, CallNode, DeclarationNode, MemberNode, Node, SliceNode } from './ast.ts'
import { BUILTINS, isBuiltinName } from './builtins/table.ts'
import { typeOfCall } from './check-arguments.ts'
import { typeOfGet, typeOfMember, typeOfPredicate } from './check-collections.ts'
import { typeOfBinary, typeOfUnary } from './check-operators.ts'
import { ExpressionError } from './expression-error.ts'
import { decodeText } from './go-string.ts'
import type { GoType, StaticType } from './go-type.ts'
import {
  ANY,
  ANY_LIST,
  BOOL,
  BUILTIN_FUNCTION,
  FLOAT64,
  functionOf,
  INT,
  isAny,
  isAssignable,
  isBool,
  isInteger,
  isList,
  STRING,
  STRING_MAP,
  typeName,
} from './go-type.ts'
import { compilePattern } from './pattern.ts'
import { PREDICATES } from './predicate-names.ts'

/** The names a condition may use, with their types. */
export type TypesOfNames = ReadonlyMap<string, StaticType>

export interface CheckedExpression {
  /** Undefined: nil. */
  readonly type: StaticType
  /** In the order found; expr itself reports the first. */
  readonly problems: readonly { readonly message: string; readonly offset: number }[]
}

/**
 * Types every node of the tree, in place, by the rules of expr v1.15.5, checker/checker.go. After a problem it goes on
 * with the type unknown, so that one run finds them all.
 */
export function check(root: Node, names: TypesOfNames): CheckedExpression {
  const checker = new Checker(names)
  const { type } = checker.visit(root)
  return { type, problems: checker.problems }
}

interface Visited {
  readonly type: StaticType
  /** Of a list literal whose elements are of one kind. */
  readonly element?: StaticType
  /** Of an identifier that is a built-in's name, or a variable that holds one. */
  readonly builtin?: string
}

class Checker {
  readonly problems: { message: string; offset: number }[] = []
  private readonly names: TypesOfNames
  private readonly variables: { name: string; visited: Visited }[] = []
  private readonly collections: { element: GoType; pointers: readonly string[] }[] = []

  constructor(names: TypesOfNames) {
    this.names = names
  }

  visit(node: Node): Visited {
    const visited = this.visitKind(node)
    node.type = visited.type
    return visited
  }

  private typeOf(node: Node): StaticType {
    return this.visit(node).type
  }

  private fail(offset: number, message: string): Visited {
    if (!this.problems.some(problem => problem.offset === offset && problem.message === message))
      this.problems.push({ message, offset })
    return { type: ANY }
  }

  /** Turns what a rule throws into a problem of the node. */
  private attempt(offset: number, rule: () => StaticType): Visited {
    try {
      return { type: rule() }
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      return this.fail(error.offset ?? offset, error.message)
    }
  }

  private visitKind(node: Node): Visited {
    switch (node.kind) {
      case 'nil':
        return { type: undefined }
      case 'integer':
        return { type: INT }
      case 'float':
        return { type: FLOAT64 }
      case 'bool':
        return { type: BOOL }
      case 'string':
        return { type: STRING }
      case 'identifier':
        return this.variable(node.name)?.visited ?? this.name(node.name, node.offset, true)
      case 'unary': {
        const operand = this.typeOf(node.operand)
        return this.attempt(node.offset, () => typeOfUnary(node.operator, operand))
      }
      case 'binary':
        return this.binary(node)
      case 'chain':
        return this.visit(node.node)
      case 'member':
        return this.member(node)
      case 'slice':
        return this.slice(node)
      case 'call':
        return this.call(node)
      case 'builtin':
        return this.builtin(node)
      case 'pointer':
        return this.pointer(node.name, node.offset)
      case 'let':
        return this.declaration(node)
      case 'conditional':
        return this.conditional(node.condition, node.whenTrue, node.whenFalse)
      case 'array':
        return this.array(node.elements)
      case 'map':
        for (const { key, value } of node.pairs) {
          this.visit(key)
          this.visit(value)
        }
        return { type: STRING_MAP }
      case 'closure':
      case 'constant':
        throw new Error(`a ${node.kind} has no type by itself`)
    }
  }

  private variable(name: string): { visited: Visited } | undefined {
    return this.variables.findLast(variable => variable.name === name)
  }

  private name(name: string, offset: number, strict: boolean): Visited {
    if (name === '$env') return { type: STRING_MAP }
    if (isBuiltinName(name)) return { type: BUILTIN_FUNCTION, builtin: name }
    if (this.names.has(name)) return { type: this.names.get(name) }
    return strict ? this.fail(offset, `unknown name ${name}`) : { type: ANY }
  }

  private binary(node: BinaryNode): Visited {
    const left = this.typeOf(node.left)
    const right = this.visit(node.right)
    return this.attempt(node.offset, () => {
      if (node.operator === 'matches' && node.right.kind === 'string') node.pattern = compilePattern(node.right.value)
      return typeOfBinary(node.operator, left, right.type, right.element)
    })
  }

  private member({ object, property, optional, offset }: MemberNode): Visited {
    const base = this.typeOf(object)
    const key = this.typeOf(property)
    const name = property.kind === 'string' ? decodeText(property.value) : undefined
    if (object.kind === 'identifier' && object.name === '$env')
      return name === undefined ? { type: ANY } : this.name(name, offset, !optional)
    return this.attempt(offset, () => typeOfMember(base, key, name, property.offset))
  }

  private slice({ object, from, to, offset }: SliceNode): Visited {
    const type = this.typeOf(object)
    if (!isAny(type) && !isList(type) && type?.kind !== 'string')
      return this.fail(offset, `cannot slice ${typeName(type)}`)
    for (const bound of [from, to]) {
      const index = bound && this.typeOf(bound)
      if (bound && !isInteger(index) && !isAny(index))
        return this.fail(bound.offset, `non-integer slice index ${typeName(index)}`)
    }
    return { type }
  }

  private call(node: CallNode): Visited {
    const { callee, args, offset } = node
    const fn = this.visit(callee)
    if (fn.builtin !== undefined) {
      node.builtin = fn.builtin
      return this.callOf(fn.builtin, args, offset)
    }
    const property = callee.kind === 'member' ? callee.property : undefined
    let name = callee.kind === 'identifier' ? callee.name : 'function'
    if (property?.kind === 'string') name = decodeText(property.value)
    const { type } = fn
    if (type === undefined) return this.fail(offset, `${name} is nil; cannot call nil as function`)
    if (isAny(type)) {
      // expr leaves the arguments of a function it does not know unchecked, and so names in them untyped.
      return { type: ANY }
    }
    if (type.kind !== 'func') return this.fail(offset, `${type.name} is not callable`)
    return this.attempt(offset, () => typeOfCall(name, type, args, offset, arg => this.typeOf(arg)))
  }

  /** A built-in that is no predicate, under whatever name. */
  private callOf(name: string, args: Node[], offset: number): Visited {
    const builtin = BUILTINS.get(name)
    if (builtin === undefined) return this.fail(offset, `cannot call the predicate ${name} by another name`)
    const { check: rule, overloads = [] } = builtin
    if (rule) {
      const types = args.map(arg => this.typeOf(arg))
      return this.attempt(offset, () => rule(types))
    }
    let last: ExpressionError | undefined
    for (const overload of overloads) {
      try {
        return { type: typeOfCall(name, overload, args, offset, arg => this.typeOf(arg)) }
      } catch (error) {
        if (!(error instanceof ExpressionError)) throw error
        last = error
      }
    }
    return this.fail(last?.offset ?? offset, last?.message ?? `no matching overload for ${name}`)
  }

  private builtin(node: BuiltinNode): Visited {
    if (PREDICATES.has(node.name)) return this.predicate(node)
    if (node.name === 'get') return this.get(node)
    return this.callOf(node.name, node.args, node.offset)
  }

  private get({ args, offset }: BuiltinNode): Visited {
    const [object, property] = args
    if (object === undefined || property === undefined || args.length !== 2)
      return this.fail(offset, `invalid number of arguments (expected 2, got ${args.length})`)
    if (object.kind === 'identifier' && object.name === '$env')
      return { type: property.kind === 'string' ? this.names.get(decodeText(property.value)) : ANY }
    const base = this.typeOf(object)
    if (isAny(base)) return { type: ANY }
    return this.attempt(offset, () => typeOfGet(base, () => this.typeOf(property), object.offset, property.offset))
  }

  private predicate({ name, args }: BuiltinNode): Visited {
    const [collectionNode, closure, initial] = args as [Node, Node, Node | undefined]
    const collection = this.typeOf(collectionNode)
    if (!isList(collection) && !isAny(collection))
      return this.fail(collectionNode.offset, `builtin ${name} takes only array (got ${typeName(collection)})`)
    const element = isList(collection) ? collection.element : ANY
    const pointers = name === 'reduce' ? ['index', 'acc'] : name === 'map' ? ['index'] : []
    this.collections.push({ element, pointers })
    const body = closure.kind === 'closure' ? closure.node : closure
    let result = this.typeOf(body)
    closure.type = functionOf([ANY], result ?? ANY)
    this.collections.pop()
    if (result === undefined) {
      this.fail(body.offset, 'closure cannot be nil')
      result = ANY
    }
    if (initial) this.visit(initial)
    const typed = result
    return this.attempt(closure.offset, () => typeOfPredicate(name, element, typed))
  }

  private pointer(name: string, offset: number): Visited {
    const scope = this.collections.at(-1)
    if (scope === undefined) return this.fail(offset, 'cannot use pointer accessor outside closure')
    if (name === '') return { type: scope.element }
    if (!scope.pointers.includes(name)) return this.fail(offset, `unknown pointer #${name}`)
    return { type: name === 'index' ? INT : ANY }
  }

  private declaration({ name, value, body, offset }: DeclarationNode): Visited {
    if (this.names.has(name)) return this.fail(offset, `cannot redeclare ${name}`)
    if (isBuiltinName(name)) return this.fail(offset, `cannot redeclare builtin ${name}`)
    if (this.variable(name)) return this.fail(offset, `cannot redeclare variable ${name}`)
    const visited = this.visit(value)
    this.variables.push({ name, visited })
    const result = this.visit(body)
    this.variables.pop()
    return result
  }

  private conditional(condition: Node, whenTrue: Node, whenFalse: Node): Visited {
    const type = this.typeOf(condition)
    if (!isBool(type) && !isAny(type))
      return this.fail(condition.offset, `non-bool expression (type ${typeName(type)}) used as condition`)
    const [left, right] = [this.typeOf(whenTrue), this.typeOf(whenFalse)]
    if (left === undefined) return { type: right }
    if (right === undefined || isAssignable(left, right)) return { type: left }
    return { type: ANY }
  }

  private array(elements: readonly Node[]): Visited {
    const types = elements.map(element => this.typeOf(element))
    const first = types[0]
    const sameKind = first !== undefined && types.every(type => type?.kind === first.kind)
    return sameKind ? { type: ANY_LIST, element: types.at(-1) } : { type: ANY_LIST }
  }
}
