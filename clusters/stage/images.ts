import { createHash } from 'node:crypto'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { makeOwnFolder, removeOwnFolder } from './own-folder.ts'
import { runTool, ToolFailed } from './tool.ts'
import { Unavailable } from './unavailable.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** `.ts` in a checkout, `.js` in a package, which is compiled. */
const extension = extname(import.meta.filename)
const entry = `clusters/stage/subject/main${extension}`
export const subjectFolders = 'carmine-subject-'
export const subjectRepository = 'carmine-subject'
/** What the subject runs from, copied at the same relative paths. */
const sources = ['clusters/stage/subject', ...['behaviour', 'release'].map(name => `harness/model/${name}${extension}`)]

/**
 * Pulls an image unless the local Docker has it. @param setting by which another can be chosen
 * @throws Unavailable where it cannot be pulled
 */
export async function ensureImage(image: string, signal: AbortSignal, setting?: string): Promise<void> {
  const inspected = await execa('docker', ['image', 'inspect', image], { reject: false, stdin: 'ignore' })
  if (!inspected.failed) return
  try {
    await runTool('docker', ['pull', '--quiet', image], { timeoutMs: 600_000, signal })
  } catch (error) {
    if (!(error instanceof ToolFailed)) throw error
    const other = setting === undefined ? '' : `set ${setting} to one that can be had, or `
    const said = error.stderr.trim().split('\n').at(-1)
    throw new Unavailable(
      `the image ${image} is not here and cannot be pulled: ${other}bring it with \`docker load\` (${said})`,
    )
  }
}

/**
 * Builds the subject's image on top of a Node 24 image from the sources and node_modules of this checkout; the build needs no
 * registry. @returns its name, whose tag is a digest of its content.
 */
export async function buildSubjectImage(baseImage: string, signal: AbortSignal): Promise<string> {
  await ensureImage(baseImage, signal, 'CARMINE_NODE_IMAGE')
  const folder = await makeOwnFolder(subjectFolders, null)
  try {
    const context = join(folder.path, 'context')
    const app = join(context, 'app')
    for (const source of sources) {
      await cp(join(root, source), join(app, source), { recursive: true, filter: path => !path.endsWith('.test.ts') })
    }
    for (const [name, folder] of packagesOf('prom-client')) {
      const target = join(app, 'node_modules', name)
      await mkdir(dirname(target), { recursive: true })
      // Only what runs: without source maps, type declarations and the browser's builds.
      const unneeded = /\.(map|d\.ts|md)$|\/build\/(esm|esnext)(\/|$)/
      await cp(folder, target, { recursive: true, filter: path => !unneeded.test(path) })
    }
    await writeFile(join(app, 'package.json'), '{"type":"module"}\n')
    await writeFile(
      join(context, 'Dockerfile'),
      `FROM ${baseImage}\nCOPY app /app\nWORKDIR /app\nUSER 1000\nENV NODE_ENV=production\nENTRYPOINT ["node", "${entry}"]\nCMD []\n`,
    )
    const image = `${subjectRepository}:${(await digestOf(context)).slice(0, 16)}`
    await runTool('docker', ['build', '--quiet', '--tag', image, context], { timeoutMs: 300_000, signal })
    return image
  } finally {
    await removeOwnFolder(folder.path)
  }
}

/** Gives an image other names, beside its own. */
export async function tagImage(image: string, names: readonly string[], signal: AbortSignal): Promise<void> {
  for (const name of names) await runTool('docker', ['tag', image, name], { timeoutMs: 30_000, signal })
}

/** A package and all that it depends on, by name, with their folders. */
function packagesOf(name: string, from = import.meta.url, found = new Map<string, string>()): Map<string, string> {
  if (found.has(name)) return found
  const paths = createRequire(from).resolve.paths(name) ?? []
  const manifest = paths.map(path => join(path, name, 'package.json')).find(path => canRequire(path))
  if (manifest === undefined) throw new Error(`the package ${name} is not installed`)
  found.set(name, dirname(manifest))
  const { dependencies = {} } = createRequire(manifest)(manifest) as { dependencies?: Record<string, string> }
  for (const dependency of Object.keys(dependencies)) packagesOf(dependency, manifest, found)
  return found
}

function canRequire(path: string): boolean {
  try {
    createRequire(path).resolve(path)
    return true
  } catch {
    return false
  }
}

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(file => file.isFile()).map(file => join(file.parentPath, file.name))
  for (const file of files.sort()) hash.update(`${file.slice(folder.length)}\n`).update(await readFile(file))
  return hash.digest('hex')
}
