import type { SyntaxNode } from '@lezer/common'
import type { QueryProblem } from './expression.ts'

/** A node's children without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = []
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child)
  }
  return children
}

/** What the parser had to skip or make up: a problem for each place, none when the text is well formed. */
export function syntaxProblems(root: SyntaxNode, text: string): QueryProblem[] {
  const problems: QueryProblem[] = []
  const visit = (node: SyntaxNode): void => {
    if (node.type.isError && node.from >= (problems.at(-1)?.to ?? 0)) problems.push(syntaxProblem(node, text))
    else for (let child = node.firstChild; child !== null; child = child.nextSibling) visit(child)
  }
  visit(root)
  return problems
}

function syntaxProblem(node: SyntaxNode, text: string): QueryProblem {
  const before = /([A-Za-z_:][\w:]*)\s*$/.exec(text.slice(0, node.from))
  if (text[node.from] === '(' && before !== null) {
    const from = node.from - before[0].length
    return { message: `unknown function with name ${JSON.stringify(before[1])}`, from, to: endOfCall(text, node.from) }
  }
  const rest = /^\s*(\w+|\S)/.exec(text.slice(node.from))
  if (rest === null) {
    const message = text.trim() === '' ? 'no expression found in input' : 'unexpected end of input'
    return { message, from: text.length, to: text.length }
  }
  const to = node.from + rest[0].length
  return { message: `unexpected ${JSON.stringify(rest[1])}`, from: to - rest[1]!.length, to }
}

/** The end of the parentheses that open at `open`, so that one unknown function is one problem. */
function endOfCall(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')' && --depth === 0) return at + 1
  }
  return text.length
}
