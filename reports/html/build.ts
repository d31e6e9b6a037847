import { join, relative } from 'node:path'
import type { Bundle } from './bundle.ts'

const root = join(import.meta.dirname, '../..')

/**
 * Bundles the page's program and style with vite, which is a development dependency: an installed package brings the result instead.
 * @param sources files, from the root, that the bundle may be made of
 * @throws Error where it is made of others too, whose changes nobody would notice
 */
export async function buildBundle(sources: readonly string[]): Promise<Bundle> {
  const { build } = await import('vite')
  const built = await build({
    configFile: false,
    root: join(import.meta.dirname, 'app'),
    logLevel: 'error',
    publicDir: false,
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      // Those that know light-dark() and popovers.
      cssTarget: ['chrome123', 'firefox125', 'safari17.5'],
      lib: { entry: 'main.tsx', formats: ['iife'], name: 'carmineReport', cssFileName: 'report' },
    },
  })
  const [{ output } = { output: [] }] = Array.isArray(built) ? built : []
  let script = ''
  let style = ''
  for (const part of output) {
    if (part.type === 'asset') style += String(part.source)
    else {
      assertKnown(part.moduleIds, sources)
      script += part.code
    }
  }
  // They would end the element that they stand in, or hide its end.
  if (/<!--|<\/?script/i.test(script) || /<\/style/i.test(style)) throw new Error('the bundle cannot stand in a page')
  return { script, style }
}

function assertKnown(moduleIds: readonly string[], sources: readonly string[]): void {
  const unknown = moduleIds
    .filter(id => id.startsWith(root) && !id.includes('/node_modules/'))
    .map(id => relative(root, id).replaceAll('\\', '/'))
    .filter(file => !sources.includes(file))
  if (unknown.length > 0) throw new Error(`the report's page may not be made of ${unknown.join(', ')}`)
}
