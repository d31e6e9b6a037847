import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
} from 'yaml'
import type { Problem } from './problem.ts'
import { offsetInSource } from './scalar-offset.ts'
import { structureFaults } from './yaml-structure.ts'

/** Keys and list indexes from a document's root to a value. */
export type Path = readonly (string | number)[]

/** One YAML or JSON document of a file, with where each of its values stands. */
export interface SourceDocument {
  readonly file: string
  /** Plain data: maps as objects, lists as arrays. */
  readonly value: unknown
  readonly text: string
  readonly tree: Document
  readonly lines: LineCounter
}

/** Bytes a file may have: 1 MiB, above what a Kubernetes API server takes in one object that etcd can store (1.5 MiB as JSON with status). */
const maxBytes = 1 << 20

/** More faults than this in one document are not read by anyone; most follow from the first ones. */
const maxFaults = 20

/**
 * The documents of one file's YAML (1.2 with merge keys, any number of documents) or JSON. Documents with nothing in them are left out;
 * a file with none is a problem. Only documents without problems of their own are returned.
 * @param content bytes are decoded as strict UTF-8; a byte order mark is dropped.
 */
export function readDocuments(
  file: string,
  content: string | Uint8Array,
): { documents: SourceDocument[]; problems: Problem[] } {
  const text = decode(content)
  if (typeof text !== 'string') return { documents: [], problems: [{ file, ...text, severity: 'error' }] }
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, {
    lineCounter: lines,
    merge: true,
    // The package compares each new key with all earlier ones, which takes minutes on a hostile map; structureFaults checks in one pass.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  })
  const documents: SourceDocument[] = []
  const problems: Problem[] = []
  for (const tree of parsed) {
    const syntax = [...tree.errors, ...tree.warnings]
    const faults =
      syntax.length > 0
        ? syntax.map(error => ({ offset: error.pos[0], message: syntaxMessage(error.code, error.message) }))
        : structureFaults(tree)
    for (const { offset, message } of faults.slice(0, maxFaults)) {
      problems.push({ file, ...positionAt(lines, offset), message, severity: 'error' })
    }
    if (faults.length > 0) continue
    const value: unknown = tree.toJS({ maxAliasCount: -1 })
    if (value !== null) documents.push({ file, value, text, tree, lines })
  }
  if (documents.length === 0 && problems.length === 0) {
    problems.push({ file, line: 1, column: 1, message: 'the file holds no document', severity: 'error' })
  }
  return { documents, problems }
}

/** The one document of a file; several are a problem, at the second. */
export function readDocument(
  file: string,
  content: string | Uint8Array,
): { document: SourceDocument | undefined; problems: Problem[] } {
  const { documents, problems } = readDocuments(file, content)
  const [document, second] = documents
  if (second === undefined) return { document: problems.length === 0 ? document : undefined, problems }
  const extra = problemAt(second, [], 'one document is expected here, and this file holds several')
  return { document: undefined, problems: [...problems, extra] }
}

export interface ProblemOptions {
  readonly severity?: Problem['severity']
  readonly hint?: string | undefined
  /** Points at the key of the last path segment instead of at its value. */
  readonly at?: 'key' | 'value'
  /** Characters into the value's text; see `positionOf`. */
  readonly offset?: number
}

/** A problem with the value at a path, or with its nearest ancestor that exists. */
export function problemAt(
  document: SourceDocument,
  path: Path,
  message: string,
  options: ProblemOptions = {},
): Problem {
  const { severity = 'error', hint, at = 'value', offset } = options
  const position = positionOf(document, path, at, offset)
  return { file: document.file, ...position, message, severity, ...(hint === undefined ? {} : { hint }) }
}

/**
 * Line and column, from 1, of the value at a path, of its key, or of the nearest ancestor that exists.
 * @param offset characters into a string value: the position inside the scalar as it is written, block scalars and escapes included.
 */
export function positionOf(
  document: SourceDocument,
  path: Path,
  at: 'key' | 'value' = 'value',
  offset?: number,
): { line: number; column: number } {
  const { tree, lines, text } = document
  let value: Node | null = tree.contents
  let key: Node | null = null
  let complete = true
  for (const segment of path) {
    const found = childOf(tree, value, segment)
    if (found === undefined) {
      complete = false
      break
    }
    key = found.key
    // A key without a value (`spec:`) has no place of its own.
    value = found.value
  }
  const empty = isScalar(value) && value.range != null && value.range[0] === value.range[1]
  const node = key !== null && (at === 'key' || !complete || value === null || empty) ? key : (value ?? tree.contents)
  const start = node?.range?.[0] ?? tree.range?.[0] ?? 0
  if (offset === undefined || !complete || !isScalar(node)) return positionAt(lines, start)
  return positionAt(lines, start + offsetInSource(node, text, offset))
}

function childOf(
  tree: Document,
  parent: Node | null,
  segment: string | number,
): { key: Node | null; value: Node | null } | undefined {
  const node = isAlias(parent) ? (parent.resolve(tree) ?? null) : parent
  if (isSeq(node)) {
    const item = node.items[Number(segment)]
    return item === undefined ? undefined : { key: null, value: item as Node | null }
  }
  if (!isMap(node)) return undefined
  const pairs = node.items as Pair<Node, Node | null>[]
  const own = pairs.find(pair => keyText(pair.key) === String(segment))
  if (own !== undefined) return { key: own.key, value: own.value }
  for (const merge of pairs.filter(pair => keyText(pair.key) === '<<')) {
    const source = isAlias(merge.value) ? merge.value.resolve(tree) : merge.value
    for (const item of isSeq(source) ? source.items : [source]) {
      const found = childOf(tree, item as Node | null, segment)
      if (found !== undefined) return found
    }
  }
  return undefined
}

function keyText(key: Node): string | undefined {
  if (!isScalar(key)) return undefined
  return typeof key.value === 'symbol' ? key.value.description : String(key.value)
}

function positionAt(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(1, line), column: Math.max(1, col) }
}

function decode(content: string | Uint8Array): string | { line: number; column: number; message: string } {
  const tooLong = { line: 1, column: 1, message: `the file is larger than ${maxBytes / 1024} KiB` }
  if (content.length > maxBytes) return tooLong
  const text = typeof content === 'string' ? content.replace(/^\uFEFF/, '') : decodeUtf8(content)
  if (text === undefined) {
    const loose = new TextDecoder('utf-8').decode(content as Uint8Array)
    return { ...place(loose, loose.indexOf('\uFFFD')), message: 'the file is not UTF-8 text' }
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: YAML 1.2, section 5.1, allows no other control characters
  const control = text.search(/[\0-\x08\x0B\x0C\x0E-\x1F]/)
  if (control >= 0) return { ...place(text, control), message: 'a control character: this is not a text file' }
  return text
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function place(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

function syntaxMessage(code: string, message: string): string {
  if (code === 'TAB_AS_INDENT') return 'a tab used as indentation: YAML is indented with spaces'
  // The parser recurses; which of its functions finds the stack full is chance.
  if (/stack (?:overflow|size exceeded)/i.test(message)) return 'nested too deeply to be read'
  return message.charAt(0).toLowerCase() + message.slice(1)
}
