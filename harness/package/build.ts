// What a package has instead of the sources: `dist`, compiled by tsc, with the report's page bundled. npm runs it before it packs.
import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadBundle } from '../../reports/html/bundle.ts'

const root = join(import.meta.dirname, '../..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
const tsc = join(root, 'node_modules/.bin/tsc')
const { status, error } = spawnSync(process.execPath, [tsc, '-p', import.meta.dirname], { stdio: 'inherit' })
if (error !== undefined) throw error
if (status !== 0) {
  rmSync(dist, { recursive: true, force: true })
  process.exitCode = 1
} else {
  writeFileSync(join(dist, 'reports/html/bundle.json'), JSON.stringify(await loadBundle()))
}
