import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { InvalidInput, type Problem } from '../../harness/model/problem.ts'
import { containerLabel } from '../containers/start-container.ts'
import { ownProcess } from '../process-owner.ts'
import { entryFile, k6Environment, k6Files } from './k6-script.ts'
import type { LoadProfile } from './load-stages.ts'
import { k6Folders, makeOwnFolder, removeOwnFolder } from './own-folder.ts'
import { runTool } from './tool.ts'

/** A k6 on this machine: a program, or an image that the local Docker has. */
export type K6 = { readonly program: string } | { readonly image: string }

/** Enough for a script to read what it will find there. */
const anyProfile: LoadProfile = {
  seed: 1,
  startRate: 1000,
  stages: [{ duration: '1s', target: 1000 }],
  virtualUsers: 1,
  routes: [],
  tenants: [],
}

/**
 * Has k6 read a script without running it.
 * @param file what the user calls the script, for the message
 * @throws InvalidInput where k6 cannot run it
 */
export async function checkLoadScript(k6: K6, file: string, script: string, signal: AbortSignal): Promise<void> {
  const said = await inspect(k6, k6Files(script, anyProfile), signal)
  if (said !== undefined) throw new InvalidInput([scriptProblem(file, said)])
}

/** What k6 says against it; undefined where it says nothing. */
async function inspect(
  k6: K6,
  files: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { path: folder } = await makeOwnFolder(k6Folders, null)
  const scripts = join(folder, 'scripts')
  const env = k6Environment('http://localhost', anyProfile, 1000)
  const inspected = ['inspect', '--execution-requirements']
  try {
    await mkdir(scripts, { mode: 0o755 })
    for (const [name, text] of Object.entries(files)) await writeFile(join(scripts, name), text)
    const options = { reject: false, timeout: 60_000, stdin: 'ignore', cancelSignal: signal } as const
    if ('program' in k6) {
      const result = await execa(k6.program, [...inspected, join(scripts, entryFile)], { ...options, env })
      signal.throwIfAborted()
      return result.failed ? result.stderr || result.shortMessage : undefined
    }
    const name = `carmine-k6-${randomBytes(4).toString('hex')}`
    const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`])
    const label = `${containerLabel}=${JSON.stringify(ownProcess())}`
    const create = ['create', '--name', name, '--label', label, '--network', 'none', ...variables]
    await runTool('docker', [...create, k6.image, ...inspected, `/scripts/${entryFile}`], { signal })
    try {
      // Copied, not mounted: the Docker engine may be on another machine.
      await runTool('docker', ['cp', scripts, `${name}:/scripts`], { signal })
      const result = await execa('docker', ['start', '--attach', name], options)
      signal.throwIfAborted()
      return result.failed ? result.stderr || result.shortMessage : undefined
    } finally {
      await runTool('docker', ['rm', '--force', name])
    }
  } finally {
    await removeOwnFolder(folder)
  }
}

/** The error of k6's log, at its place in the script where it has one. */
export function scriptProblem(file: string, said: string): Problem {
  const message = k6Errors(said)
  const [, line, column] = /load\.js(?::|: Line )(\d+):(\d+)/.exec(message) ?? []
  const told = message
    .replace(/^could not initialize .*?: could not load JS test '.*?': /, '')
    .replace(/^file:\S*\/load\.js: Line \d+:\d+ /, '')
    .replace(/(?: at |\s*at )?file:\S*\/load\.js:\d+:\d+(?:\(\d+\))?/g, '')
    .trim()
  return {
    file,
    line: Number(line ?? 1),
    column: Number(column ?? 1),
    message: `k6 cannot run it: ${told}`,
    ...hintOf(told),
    severity: 'error',
  }
}

function hintOf(told: string): { hint: string } | undefined {
  if (told.includes('unknown modules')) return { hint: 'name the extension in the suite, at load.k6.extensions' }
  if (told.includes("couldn't be found on local disk")) {
    return { hint: 'a load script is one file: bundle what it imports into it' }
  }
  return undefined
}

/** The messages of the errors in k6's log, or its last lines where there are none. */
export function k6Errors(log: string): string {
  const lines = log.trim().split('\n')
  const errors = lines.flatMap(line => {
    const [, quoted] = /level=error msg=("(?:[^"\\]|\\.)*")/.exec(line) ?? []
    return quoted === undefined ? [] : [unquoted(quoted)]
  })
  const told = errors.length > 0 ? [...new Set(errors)] : lines.slice(-3)
  return told.map(text => text.trim().replaceAll(/\s*\n\s*/g, ' ')).join(' | ')
}

/** Go quotes nearly as JSON does. */
function unquoted(text: string): string {
  try {
    return JSON.parse(text) as string
  } catch {
    return text.slice(1, -1)
  }
}
