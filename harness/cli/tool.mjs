// Runs a developer's tool on the installed Node: `tool.mjs vitest run` or `tool.mjs harness/checks/check.ts`.
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, root, runInstalledNode } from './setup.mjs'

const [, , tool = '', ...args] = process.argv
await ensureInstalled()
const program = /\.m?[jt]s$/.test(tool) ? join(root, tool) : realpathSync(join(root, 'node_modules/.bin', tool))
await runInstalledNode([program, ...args])
