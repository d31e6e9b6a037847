import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type OwnKind, ownKindNames } from '../load/kind-names.ts'
import { ownKinds } from '../load/kinds.ts'
import { makeFolder } from '../make-folder.ts'

export interface SchemaOptions {
  readonly out?: string | undefined
}

/** Prints or writes JSON Schemas of what people write: before defaults, and durations as texts. */
export async function schema(
  kind: OwnKind | undefined,
  { out }: SchemaOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const wanted = kind === undefined ? ownKindNames : [kind]
  if (out === undefined) {
    const schemas =
      kind === undefined ? Object.fromEntries(wanted.map(one => [one, jsonSchema(one)])) : jsonSchema(kind)
    context.writeResult(textOf(schemas))
    return exitCodes.pass
  }
  makeFolder(out)
  for (const one of wanted) {
    const file = join(out, schemaFile(one))
    writeFileSync(file, textOf(jsonSchema(one)))
    context.writeResult(`${file}\n`)
  }
  return exitCodes.pass
}

/** Draft 7, which YAML editors know best. The id stays; the file's path in a package does too. */
function jsonSchema(kind: OwnKind): object {
  const { $schema, ...rest } = z.toJSONSchema(ownKinds[kind], { io: 'input', target: 'draft-7', reused: 'inline' })
  return { $schema, $id: `urn:carmine:v1alpha1:${kind.toLowerCase()}`, title: kind, ...rest }
}

function schemaFile(kind: OwnKind): string {
  return `${kind.toLowerCase()}.json`
}

function textOf(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
