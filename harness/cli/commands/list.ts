import { styleText } from 'node:util'
import { renderColumns } from '../columns.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Listing, listings, tableOnly, wideOnly } from '../listings.ts'
import type { ListedKind } from '../load/kind-names.ts'

/** As with kubectl, whoever asks for more columns has a terminal for them, or none. */
const wideColumns = 400

export interface ListOptions {
  readonly output?: 'wide' | 'name' | 'json' | 'ndjson' | undefined
}

/** Lists what there is of a kind, or of all kinds. */
export async function list(
  kind: ListedKind | undefined,
  { output }: ListOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const kinds = kind === undefined ? (Object.keys(listings) as ListedKind[]) : [kind]
  const all = kinds.map((name): [ListedKind, Listing] => [name, listings[name]()])
  const documents = all.map(([name, rows]): [ListedKind, Listing] => [name, rows.map(row => without(row, tableOnly))])
  if (output === 'json') {
    const document = kind === undefined ? Object.fromEntries(documents) : documents[0]![1]
    context.writeResult(`${JSON.stringify(document, null, 1)}\n`)
  } else if (output === 'ndjson') {
    for (const [, rows] of documents) for (const row of rows) context.writeResult(`${JSON.stringify(row)}\n`)
  } else if (output === 'name') {
    for (const [, rows] of all) for (const row of rows) context.writeText(`${Object.values(row)[0]}\n`)
  } else {
    const isWide = output === 'wide'
    context.writeText(all.map(([name, rows]) => table(name, rows, isWide, context)).join('\n'))
    const [first] = all.find(([, rows]) => rows.length > 0)?.[1] ?? []
    if (kind !== undefined && first !== undefined && isShown(kind))
      context.suggest([{ command: `show ${Object.values(first).at(0)}`, why: 'one of them, in words' }])
  }
  return exitCodes.pass
}

function table(kind: ListedKind, listing: Listing, isWide: boolean, { stdoutColor, columns }: CommandContext): string {
  const rows = isWide ? listing : listing.map(row => without(row, wideOnly[kind] ?? []))
  const [first] = rows
  if (first === undefined) return `no ${kind}\n`
  const keys = Object.keys(first)
  const text = renderColumns(
    keys,
    rows.map(row => keys.map(key => String(row[key]))),
    isWide ? wideColumns : columns,
  )
  if (!stdoutColor) return text
  const end = text.indexOf('\n')
  return `${styleText('dim', text.slice(0, end), { validateStream: false })}${text.slice(end)}`
}

function without(row: Listing[number], keys: readonly string[]): Listing[number] {
  return Object.fromEntries(Object.entries(row).filter(([key]) => !keys.includes(key)))
}

function isShown(kind: ListedKind): boolean {
  return ['scenarios', 'policies', 'suites', 'promotions', 'topologies', 'runs'].includes(kind)
}
