import { readFileSync } from 'node:fs'
import { execa } from 'execa'
import { ensureImage } from './images.ts'
import { buildK6, k6CacheFolder, k6Image } from './k6-build.ts'
import { checkLoadScript, type K6 } from './k6-check.ts'
import { shippedScript } from './k6-script.ts'
import type { ClusterSettings } from './settings.ts'
import { Unavailable } from './unavailable.ts'

/** What sends the load of a run's trials, as a suite or an option of the command line says. */
export interface LoadSetting {
  /** Path of a user's script; undefined: the shipped one. */
  readonly script?: string | undefined
  /** Go modules of k6 extensions that the script imports. */
  readonly extensions: readonly string[]
  /** `cluster`: a Job beside the subject; `local`: a process on this machine. */
  readonly from: 'cluster' | 'local'
}

/** A k6 that is there, and the text of what it runs. */
export interface LoadTool {
  readonly k6: K6
  readonly script: string
}

/**
 * Builds the k6 that is asked for and has it read the user's script, before anything is made of a cluster.
 * @throws InvalidInput where k6 cannot run the script; Unavailable where that k6 is not here or cannot be built
 */
export async function prepareLoad(
  { script: file, extensions, from }: LoadSetting,
  settings: ClusterSettings,
  env: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<LoadTool> {
  const k6 = await chooseK6(from, extensions, settings, env, say, signal)
  const script = readFileSync(file ?? shippedScript, 'utf8')
  if (file !== undefined) {
    if ('image' in k6) await ensureImage(k6.image, signal)
    await checkLoadScript(k6, file, script, signal)
  }
  return { k6, script }
}

async function chooseK6(
  from: LoadSetting['from'],
  extensions: readonly string[],
  { k6Image: image, k6Version: version, nodeBaseImage }: ClusterSettings,
  env: Readonly<Record<string, string | undefined>>,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<K6> {
  if (extensions.length === 0) return from === 'local' ? { program: await runnable('k6', signal) } : { image }
  const build = { version, extensions }
  const program = await buildK6(build, k6CacheFolder(env), say, signal, from)
  if (from === 'local') return { program }
  await ensureImage(nodeBaseImage, signal)
  return { image: await k6Image(build, program, nodeBaseImage, signal) }
}

async function runnable(program: string, signal: AbortSignal): Promise<string> {
  const options = { reject: false, timeout: 15_000, stdin: 'ignore', cancelSignal: signal } as const
  const { failed, code, stderr, shortMessage } = await execa(program, ['version'], options)
  signal.throwIfAborted()
  if (!failed) return program
  const why = code === 'ENOENT' ? 'it is not on the PATH' : `it does not run: ${stderr || shortMessage}`
  throw new Unavailable(
    `--k6 local needs ${program}, and ${why}: install it (https://grafana.com/docs/k6/latest/set-up/install-k6/), or leave --k6 out, then it runs in the cluster`,
  )
}
