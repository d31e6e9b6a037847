import { styleText } from 'node:util'
import { renderColumns } from '../columns.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Listing, listings } from '../listings.ts'
import type { ListedKind } from '../load/kind-names.ts'

export interface ListOptions {
  readonly json: boolean
}

/** Lists what there is of a kind, or of all kinds. */
export async function list(
  kind: ListedKind | undefined,
  { json }: ListOptions,
  context: CommandContext,
): Promise<ExitCode> {
  if (kind !== undefined) {
    const listing = listings[kind]()
    context.writeResult(json ? jsonOf(listing) : table(kind, listing, context.stdoutColor))
    return exitCodes.pass
  }
  const all = Object.entries(listings).map(([name, of]): [string, Listing] => [name, of()])
  context.writeResult(
    json
      ? jsonOf(Object.fromEntries(all))
      : all.map(([name, listing]) => table(name, listing, context.stdoutColor)).join('\n'),
  )
  return exitCodes.pass
}

function table(kind: string, listing: Listing, color: boolean): string {
  const [first] = listing
  if (first === undefined) return `no ${kind}\n`
  const keys = Object.keys(first)
  const text = renderColumns(
    keys,
    listing.map(row => keys.map(key => String(row[key]))),
  )
  if (!color) return text
  const end = text.indexOf('\n')
  return `${styleText('dim', text.slice(0, end), { validateStream: false })}${text.slice(end)}`
}

function jsonOf(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`
}
