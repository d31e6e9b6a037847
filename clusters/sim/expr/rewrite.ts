import type { Node } from './ast.ts'

/** Replaces the nodes of a tree, children first, in place; gives the new root. A predicate's `map` was visited where it stood before. */
export function rewrite(node: Node, visit: (node: Node) => Node): Node {
  const child = (inner: Node) => rewrite(inner, visit)
  switch (node.kind) {
    case 'unary':
      node.operand = child(node.operand)
      break
    case 'binary':
      node.left = child(node.left)
      node.right = child(node.right)
      break
    case 'chain':
    case 'closure':
      node.node = child(node.node)
      break
    case 'member':
      node.object = child(node.object)
      node.property = child(node.property)
      break
    case 'slice':
      node.object = child(node.object)
      node.from = node.from && child(node.from)
      node.to = node.to && child(node.to)
      break
    case 'call':
    case 'builtin':
      if (node.kind === 'call') node.callee = child(node.callee)
      node.args.forEach((arg, index) => {
        node.args[index] = child(arg)
      })
      break
    case 'let':
      node.value = child(node.value)
      node.body = child(node.body)
      break
    case 'conditional':
      node.condition = child(node.condition)
      node.whenTrue = child(node.whenTrue)
      node.whenFalse = child(node.whenFalse)
      break
    case 'array':
      node.elements.forEach((element, index) => {
        node.elements[index] = child(element)
      })
      break
    case 'map':
      for (const pair of node.pairs) {
        pair.key = child(pair.key)
        pair.value = child(pair.value)
      }
      break
  }
  return visit(node)
}
