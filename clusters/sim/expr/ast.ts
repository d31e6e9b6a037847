import type { StaticType } from './go-type.ts'
import type { Value } from './value.ts'

interface Base {
  /** UTF-16 offset into the condition of the token that names the node. */
  readonly offset: number
  /** Set by the checker; the optimizer's own nodes have none. */
  type?: StaticType
}

export interface NilNode extends Base {
  readonly kind: 'nil'
}
export interface IdentifierNode extends Base {
  readonly kind: 'identifier'
  readonly name: string
}
export interface IntegerNode extends Base {
  readonly kind: 'integer'
  readonly value: bigint
}
export interface FloatNode extends Base {
  readonly kind: 'float'
  readonly value: number
}
export interface BoolNode extends Base {
  readonly kind: 'bool'
  readonly value: boolean
}
export interface StringNode extends Base {
  readonly kind: 'string'
  readonly value: string
}
/** A list or set that the optimizer made. */
export interface ConstantNode extends Base {
  readonly kind: 'constant'
  readonly value: Value
}
export interface UnaryNode extends Base {
  readonly kind: 'unary'
  readonly operator: string
  operand: Node
}
export interface BinaryNode extends Base {
  readonly kind: 'binary'
  readonly operator: string
  left: Node
  right: Node
  /** Of `matches` with a literal pattern. */
  pattern?: RegExp
}
/** Where a `?.` inside stops when it meets nil. */
export interface ChainNode extends Base {
  readonly kind: 'chain'
  node: Node
}
export interface MemberNode extends Base {
  readonly kind: 'member'
  object: Node
  property: Node
  readonly optional: boolean
}
export interface SliceNode extends Base {
  readonly kind: 'slice'
  object: Node
  from: Node | undefined
  to: Node | undefined
}
export interface CallNode extends Base {
  readonly kind: 'call'
  callee: Node
  readonly args: Node[]
  /** Set by the checker where the callee is a built-in under another name. */
  builtin?: string
}
export interface BuiltinNode extends Base {
  readonly kind: 'builtin'
  readonly name: string
  readonly args: Node[]
  /** Of find and findLast: nothing found is an error, as it was in the index expression they replace. */
  readonly throws?: boolean
  /** Of filter, find and findLast: applied to what is kept. */
  readonly map?: Node
}
export interface ClosureNode extends Base {
  readonly kind: 'closure'
  node: Node
}
/** `#`, `#index` or `#acc`. */
export interface PointerNode extends Base {
  readonly kind: 'pointer'
  readonly name: string
}
export interface DeclarationNode extends Base {
  readonly kind: 'let'
  readonly name: string
  value: Node
  body: Node
}
export interface ConditionalNode extends Base {
  readonly kind: 'conditional'
  condition: Node
  whenTrue: Node
  whenFalse: Node
}
export interface ArrayNode extends Base {
  readonly kind: 'array'
  readonly elements: Node[]
}
export interface MapNode extends Base {
  readonly kind: 'map'
  readonly pairs: { key: Node; value: Node }[]
}

export type Node =
  | NilNode
  | IdentifierNode
  | IntegerNode
  | FloatNode
  | BoolNode
  | StringNode
  | ConstantNode
  | UnaryNode
  | BinaryNode
  | ChainNode
  | MemberNode
  | SliceNode
  | CallNode
  | BuiltinNode
  | ClosureNode
  | PointerNode
  | DeclarationNode
  | ConditionalNode
  | ArrayNode
  | MapNode
