import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The page's program and its style, as text. */
export interface Bundle {
  readonly script: string
  readonly style: string
}

const root = join(import.meta.dirname, '../..')
const cacheFolder = join(root, 'node_modules/.cache/carmine-report')

/** Where an installed package has the bundle, made before it was packed (harness/package/build.ts). */
const prebuiltFile = join(import.meta.dirname, 'bundle.json')

/** Files besides the app's own that it shares with other reports. */
const shared = [
  'harness/model/counted.ts',
  'harness/model/duration.ts',
  'harness/model/measures.ts',
  'reports/answer.ts',
  'reports/criteria-table.ts',
  'reports/criterion-notes.ts',
  'reports/format.ts',
  'reports/level-notes.ts',
  'reports/tables.ts',
]

/**
 * The bundle of the sources as they are now: of a checkout from its cache, made when a source has changed (about a second), of an
 * installed package the one that it brings. Of runs that make it at once each makes the same, and the last one's stays.
 */
export async function loadBundle(): Promise<Bundle> {
  const sources = sourceFiles()
  if (sources.length === 0) return JSON.parse(readFileSync(prebuiltFile, 'utf8')) as Bundle
  const file = join(cacheFolder, `${digestOf(sources)}.json`)
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as Bundle
  const { buildBundle } = await import('./build.ts')
  const bundle = await buildBundle(sources)
  keep(file, bundle)
  return bundle
}

/** From the root of the tree, with forward slashes; empty in a package, which brings the bundle instead. */
function sourceFiles(): string[] {
  if (!existsSync(join(import.meta.dirname, 'app/main.tsx'))) return []
  const own = globSync('reports/html/app/**/*.{ts,tsx,css}', { cwd: root, exclude: ['**/*.test.ts'] })
  return [...own.map(file => file.replaceAll('\\', '/')), ...shared].sort()
}

/** Of the sources, and of what npm has installed to build with. */
function digestOf(sources: readonly string[]): string {
  const hash = createHash('sha256')
  for (const file of [...sources, 'reports/html/build.ts', 'package-lock.json']) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** A cache that cannot be written costs a second each time, and nothing else. */
function keep(file: string, bundle: Bundle): void {
  const part = `${file}.${process.pid}.part`
  try {
    mkdirSync(cacheFolder, { recursive: true })
    writeFileSync(part, JSON.stringify(bundle))
    renameSync(part, file)
  } catch {
    // The bundle is at hand all the same.
  }
}
