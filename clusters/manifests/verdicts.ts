import type { Path } from '../../harness/model/yaml-source.ts'
import type { FieldVerdict } from './fields/field-row.ts'
import { fieldTables } from './fields.ts'

interface Node {
  readonly children: Map<string, Node>
  /** Of the field itself, and of everything below it unless that has its own. */
  own?: FieldVerdict
  below?: FieldVerdict
}

const trees = new Map(Object.keys(fieldTables).map(kind => [kind, compile(kind)]))

/**
 * The verdict of the field table on one field.
 * @returns undefined for a map or list whose fields have verdicts of their own, and for a field that the table does not know.
 */
export function verdictOf(kind: string, path: Path): FieldVerdict | undefined {
  let node = trees.get(kind)
  let inherited: FieldVerdict | undefined
  for (const segment of path) {
    node = node === undefined ? undefined : next(node, segment)
    inherited = node?.below ?? inherited
    if (node === undefined) return inherited
  }
  return node?.own ?? inherited
}

function next(node: Node, segment: string | number): Node | undefined {
  if (typeof segment === 'string') return node.children.get(segment) ?? node.children.get('*')
  return node.children.get(segment === 0 ? '[0]' : '[1+]') ?? node.children.get('[]')
}

function compile(kind: string): Node {
  const root: Node = { children: new Map() }
  for (const { fields, verdict, reason } of fieldTables[kind]!) {
    for (const field of fields) {
      const segments = field.split(/\.|(?=\[)/)
      const whole = segments.at(-1) === '**'
      let node = root
      for (const segment of whole ? segments.slice(0, -1) : segments) {
        const child: Node = node.children.get(segment) ?? { children: new Map() }
        node.children.set(segment, child)
        node = child
      }
      if (node.own !== undefined) throw new Error(`two verdicts on ${kind} ${field}`)
      node.own = { verdict, reason }
      if (whole) node.below = node.own
    }
  }
  return root
}
