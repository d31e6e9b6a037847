import type * as z from 'zod'
import type { Problem } from './problem.ts'
import { didYouMean } from './problem.ts'
import { keysAt } from './schema-keys.ts'
import { type Path, problemAt, type SourceDocument } from './yaml-source.ts'

type Issue = z.core.$ZodIssue

/**
 * A document's value as a zod schema reads it (with its defaults and transforms), or every problem with the place where it stands. A missing
 * key is reported at its parent; unknown keys and values come with the nearest valid one.
 */
export function parseWith<S extends z.ZodType>(
  schema: S,
  document: SourceDocument,
): { value: z.output<S>; problems: readonly never[] } | { value: undefined; problems: readonly Problem[] } {
  const result = schema.safeParse(document.value)
  if (result.success) return { value: result.data, problems: [] }
  const problems = result.error.issues.flatMap(issue => problemsOf(schema, document, issue, []))
  return { value: undefined, problems: problems.sort((a, b) => a.line - b.line || a.column - b.column) }
}

/** A path as people write it: `spec.steps[2].pause`; the document itself is `the document`. */
export function formatPath(path: Path): string {
  const text = path.map(segment => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`)).join('')
  return text === '' ? 'the document' : `\`${text.replace(/^\./, '')}\``
}

function problemsOf(schema: z.ZodType, document: SourceDocument, issue: Issue, prefix: Path): Problem[] {
  const path = [...prefix, ...(issue.path as (string | number)[])]
  const found = valueAt(document.value, path)
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path, document.value)
    return issue.keys.map(key => {
      const message = `${formatPath([...path, key])} is not a known key`
      return problemAt(document, [...path, key], message, { at: 'key', hint: suggest(key, known) })
    })
  }
  if (found === undefined && path.length > 0 && !exists(document.value, path)) {
    const message = `${formatPath(path)} is missing`
    const at = typeof path.at(-2) === 'number' ? 'value' : 'key'
    return [problemAt(document, path, message, { at, hint: expectation(issue) })]
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const branch = likeliestBranch(issue.errors as readonly (readonly Issue[])[])
    if (branch !== undefined) return branch.flatMap(inner => problemsOf(schema, document, inner, path))
  }
  if (issue.code === 'invalid_key') {
    const reason = issue.issues.map(inner => inner.message).join(', ')
    return [problemAt(document, path, `${formatPath(path)} is not a valid name here: ${reason}`, { at: 'key' })]
  }
  const valid = validValues(issue)
  const { hint, offset } = partOfText(issue)
  const near = valid !== undefined && typeof found === 'string' ? suggest(found, valid) : hint
  const options = { hint: near, ...(offset === undefined ? {} : { offset }) }
  return [problemAt(document, path, `${formatPath(path)}: ${reasonOf(issue, found)}`, options)]
}

function reasonOf(issue: Issue, found: unknown): string {
  if (isPlainType(issue)) return `expected ${noun(issue.expected)}, got ${describeValue(found)}`
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const expected = issue.errors
      .flat()
      .map(inner => (inner.code === 'invalid_type' ? noun(inner.expected) : inner.message))
    return `expected ${[...new Set(expected)].join(' or ')}, got ${describeValue(found)}`
  }
  const valid = validValues(issue)
  if (valid !== undefined) {
    return `expected ${valid.length > 1 ? 'one of ' : ''}${valid.map(value => `\`${value}\``).join(', ')}, got ${describeValue(found)}`
  }
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1)
}

/** What a schema that reads a text says of a part of it, in the `params` of its issue. */
function partOfText(issue: Issue): { readonly hint?: string | undefined; readonly offset?: number } {
  return issue.code === 'custom' ? (issue.params ?? {}) : {}
}

/** A wrong type whose schema brings no wording of its own. */
function isPlainType(issue: Issue): issue is Issue & { code: 'invalid_type' } {
  return issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')
}

function expectation(issue: Issue): string | undefined {
  if (issue.code === 'invalid_type') return isPlainType(issue) ? `expected ${noun(issue.expected)}` : issue.message
  const valid = validValues(issue)
  return valid === undefined ? undefined : `one of ${valid.join(', ')}`
}

function validValues(issue: Issue): string[] | undefined {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code === 'invalid_union' && 'options' in issue) return (issue.options as unknown[]).map(String)
  return undefined
}

/**
 * The alternatives of a union that the writer meant: the only ones that fail deeper than at the union itself. Undefined where none does, so
 * that the types of all are named.
 */
function likeliestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const shaped = branches.filter(
    branch => !branch.some(issue => issue.code === 'invalid_type' && issue.path.length === 0),
  )
  return shaped.toSorted((a, b) => a.length - b.length)[0]
}

function suggest(word: string, candidates: readonly string[]): string | undefined {
  return didYouMean(word, candidates) ?? (candidates.length === 0 ? undefined : `known are ${candidates.join(', ')}`)
}

function noun(type: string): string {
  if (type === 'object' || type === 'record') return 'a map'
  if (type === 'array') return 'a list'
  if (type === 'int') return 'an integer'
  if (type === 'boolean') return 'true or false'
  if (type === 'string') return 'text'
  return type === 'null' ? 'nothing' : `a ${type}`
}

/** What a value is, for a message: `the text "x"`, `a list`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  const text = JSON.stringify(value) ?? String(value)
  const short = text.length > 40 ? `${text.slice(0, 37)}…` : text
  return typeof value === 'string' ? `the text ${short}` : typeof value === 'number' ? String(value) : short
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((parent, segment) => childValue(parent, segment), value)
}

function exists(value: unknown, path: Path): boolean {
  const parent = valueAt(value, path.slice(0, -1))
  return typeof parent === 'object' && parent !== null && Object.hasOwn(parent, path.at(-1)!)
}

function childValue(parent: unknown, segment: string | number): unknown {
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, segment)) return undefined
  return (parent as Record<string | number, unknown>)[segment]
}
