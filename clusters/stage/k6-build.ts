import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { k6Folders, makeOwnFolder, removeOwnFolder } from './own-folder.ts'
import { runTool } from './tool.ts'
import { Unavailable } from './unavailable.ts'

export const k6Repository = 'carmine-k6'

/** k6 with extensions: which version, and Go modules such as `github.com/grafana/xk6-sql@v1.0.0`. */
export interface K6Build {
  readonly version: string
  readonly extensions: readonly string[]
}

/** The same for the same content, in whatever order the extensions are named. */
export function k6Digest({ version, extensions }: K6Build): string {
  const content = [version, ...new Set(extensions)].toSorted().join('\n')
  return createHash('sha256').update(content).digest('hex').slice(0, 16)
}

/** Where built programs are kept: `carmine/k6` in the cache folder of the XDG Base Directory Specification. */
export function k6CacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'carmine/k6')
}

/**
 * Builds a k6 with xk6, which takes minutes, or finds the one that was built before. @returns the path of the program
 * @throws Unavailable where it cannot be built
 */
export async function buildK6(
  build: K6Build,
  cacheFolder: string,
  say: (line: string) => void,
  signal: AbortSignal,
  runsIn: 'cluster' | 'local' = 'cluster',
): Promise<string> {
  const folder = join(cacheFolder, k6Digest(build))
  // A cluster's nodes run Linux.
  const system = runsIn === 'local' ? process.platform : 'linux'
  const program = join(folder, system === 'linux' ? 'k6' : `k6-${system}`)
  if (existsSync(program)) return program
  await requireTools()
  say(`building k6 ${build.version} with ${build.extensions.join(', ')} in ${folder}; it takes minutes, once`)
  await mkdir(folder, { recursive: true })
  const unfinished = join(folder, `unfinished-${randomBytes(4).toString('hex')}`)
  const withExtensions = build.extensions.flatMap(extension => ['--with', extension])
  try {
    // Without C libraries it runs on any base image.
    await runTool('xk6', ['build', build.version, ...withExtensions, '--output', unfinished], {
      timeoutMs: 1_200_000,
      signal,
      env: { CGO_ENABLED: '0', GOOS: system === 'win32' ? 'windows' : system },
    })
    await rename(unfinished, program)
  } catch (error) {
    signal.throwIfAborted()
    throw new Unavailable(`k6 with extensions could not be built: ${(error as Error).message}`)
  } finally {
    await rm(unfinished, { force: true })
  }
  return program
}

async function requireTools(): Promise<void> {
  const missing = await missingTools()
  if (missing.length > 0) {
    throw new Unavailable(`the suite's load.k6.extensions need a k6 of their own, and ${missing.join('; ')}`)
  }
}

/** What a build of k6 needs and this machine has not, as sentences. */
export async function missingTools(): Promise<string[]> {
  const tools = [
    { tool: 'xk6', args: ['--help'], fix: 'go install go.k6.io/xk6/cmd/xk6@latest' },
    { tool: 'go', args: ['version'], fix: 'install Go (https://go.dev/doc/install)' },
  ]
  const missing: string[] = []
  for (const { tool, args, fix } of tools) {
    // xk6 answers outside a Go module with an exit code of its own: it is enough that it is there.
    const { code } = await execa(tool, args, { reject: false, timeout: 15_000, stdin: 'ignore' })
    if (code === 'ENOENT') missing.push(`${tool} is not on the PATH: ${fix}`)
  }
  return missing
}

/** An image with a k6 program on a base image. @returns its name, whose tag is the build's digest */
export async function k6Image(
  build: K6Build,
  program: string,
  baseImage: string,
  signal: AbortSignal,
): Promise<string> {
  const image = `${k6Repository}:${k6Digest(build)}`
  const { path: context } = await makeOwnFolder(k6Folders, null)
  try {
    await copyFile(program, join(context, 'k6'))
    const lines = [`FROM ${baseImage}`, 'COPY k6 /usr/bin/k6', 'USER 12345', 'ENTRYPOINT ["k6"]']
    await writeFile(join(context, 'Dockerfile'), `${lines.join('\n')}\n`)
    await runTool('docker', ['build', '--quiet', '--tag', image, context], { timeoutMs: 300_000, signal })
    return image
  } finally {
    await removeOwnFolder(context)
  }
}
