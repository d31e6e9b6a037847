import { readFileSync, writeFileSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { shippedFolder } from '../load/documents.ts'
import { makeFolder } from '../make-folder.ts'
import { quoted } from '../next-steps.ts'
import { UsageError } from '../usage-error.ts'

/** What `carmine init` can begin. */
export type Starter = 'policy' | 'scenario' | 'suite'

/** Writes a document to begin with, whose comments say what to change. @throws UsageError where the file is there: it is left as it is */
export async function init(kind: Starter, file: string, context: CommandContext): Promise<ExitCode> {
  const text = starterText(kind, file)
  makeFolder(dirname(resolve(file)))
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new UsageError(`${file}: is there already; name another file`)
  }
  context.writeResult(`${file}\n`)
  context.suggest([
    { command: `validate ${quoted(file)}`, why: 'whether it is right' },
    { command: `run --${kind} ${quoted(asPath(file))}`, why: 'what it comes to' },
  ])
  return exitCodes.pass
}

function starterText(kind: Starter, file: string): string {
  return readFileSync(join(shippedFolder, 'starters', `${kind}.yaml`), 'utf8')
    .replace(`../schema/${kind}.json`, schemaPath(kind, file))
    .replace('name: starter', `name: ${nameOf(kind, file)}`)
}

/** As an editor resolves it, from the file's folder; of a program that is installed elsewhere, where a project would have it. */
function schemaPath(kind: Starter, file: string): string {
  const schema = `schema/${kind}.json`
  const path = relative(process.cwd(), join(shippedFolder, schema)).replaceAll('\\', '/')
  const shipped = path.startsWith('..') || resolve(path) === path ? `node_modules/carmine/scenarios/${schema}` : path
  return relative(dirname(resolve(file)), resolve(shipped)).replaceAll('\\', '/')
}

/** The file's name as far as a name may hold it. */
function nameOf(kind: Starter, file: string): string {
  const words = basename(file, extname(file))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
  return words.slice(0, 63).replaceAll(/^-+|-+$/g, '') || `my-${kind}`
}

/** A word without a slash or an ending would be the name of a shipped document. */
function asPath(file: string): string {
  return /[/\\.]/.test(file) ? file : `./${file}`
}
