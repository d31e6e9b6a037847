import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type * as z from 'zod'
import { parseWith } from '../../model/parse-with.ts'
import { nearest, type Problem } from '../../model/problem.ts'
import { problemAt, readDocument, type SourceDocument } from '../../model/yaml-source.ts'
import { packageFolder } from '../package-info.ts'
import { ownKindNames } from './kind-names.ts'
import { displayName, readInput } from './read-input.ts'

/** Where the shipped scenarios, suites, policies and manifests stand. */
export const shippedFolder = join(packageFolder, 'scenarios/')

/** Folders of the shipped documents. */
export type Kind = 'catalogue' | 'suites' | 'policies' | 'promotion' | 'topology'

const kindNames = {
  catalogue: 'Scenario',
  suites: 'Suite',
  policies: 'Policy',
  promotion: 'Promotion',
  topology: 'Topology',
} as const

/** Names of the shipped documents of a kind, in alphabetical order. */
export function shippedNames(kind: Kind): string[] {
  const files = readdirSync(join(shippedFolder, kind)).filter(file => file.endsWith('.yaml'))
  return files.map(file => file.slice(0, -'.yaml'.length)).sort()
}

export function shippedPath(kind: Kind, name: string): string {
  return join(shippedFolder, kind, `${name}.yaml`)
}

/** Where a word stands that names a document: on the command line or in a suite. */
export interface Mention {
  readonly word: string
  /** What to say where there is no such document. */
  complain(message: string, hint: string | undefined): Problem
}

/** A name given as an option. */
export function optionMention(option: string, word: string): Mention {
  return {
    word,
    complain: (message, hint) => ({
      file: option,
      line: 1,
      column: 1,
      message,
      ...(hint === undefined ? {} : { hint }),
      severity: 'error',
    }),
  }
}

export interface Loaded<T> {
  readonly name: string
  readonly value: T
  readonly document: SourceDocument
}

/** Reads the document that a word names: a file when it looks like a path, else a shipped one. Problems are added to the list. */
export function loadDocument<S extends z.ZodType<{ metadata: { name: string } }>>(
  kind: Kind,
  mention: Mention,
  schema: S,
  problems: Problem[],
): Loaded<z.output<S>> | undefined {
  const file = fileOf(kind, mention, problems)
  if (file === undefined) return undefined
  const bytes = readInput(file, problems)
  if (bytes === undefined) return undefined
  const { document, problems: syntax } = readDocument(displayName(file), bytes)
  problems.push(...syntax)
  if (document === undefined) return undefined
  const found = (document.value as { kind?: unknown }).kind
  const other = ownKindNames.find(name => name === found && name !== kindNames[kind])
  if (other !== undefined) {
    problems.push(problemAt(document, ['kind'], `this is a ${other}, and a ${kindNames[kind]} is expected`))
    return undefined
  }
  const parsed = parseWith(schema, document)
  problems.push(...parsed.problems)
  return parsed.value === undefined ? undefined : { name: parsed.value.metadata.name, value: parsed.value, document }
}

/** Says that a value of a document contradicts another. */
export function contradiction(document: SourceDocument, path: readonly (string | number)[], message: string): Problem {
  return problemAt(document, path, message)
}

function nearFile(word: string): string | undefined {
  const folder = dirname(word)
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : []
  const near = nearest(
    basename(word),
    names.filter(name => /\.(?:ya?ml|json)$/.test(name)),
  )
  return near === undefined ? undefined : `did you mean \`${word.slice(0, -basename(word).length)}${near}\`?`
}

function fileOf(kind: Kind, { word, complain }: Mention, problems: Problem[]): string | undefined {
  if (/[/\\]|\.(?:ya?ml|json)$/.test(word)) {
    if (existsSync(word)) return word
    problems.push(complain(`there is no file \`${word}\``, nearFile(word)))
    return undefined
  }
  const names = shippedNames(kind)
  if (names.includes(word)) return shippedPath(kind, word)
  const near = nearest(word, names)
  const what = kindNames[kind].toLowerCase()
  problems.push(
    complain(
      `there is no ${what} \`${word}\``,
      near === undefined ? `shipped are ${names.join(', ')}` : `did you mean \`${near}\`?`,
    ),
  )
  return undefined
}
