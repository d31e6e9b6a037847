#!/usr/bin/env node
// Plain JavaScript for Node 18 and up: installs what is missing, then runs main.ts on a Node that can.
import module from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { canRunTypeScript, ensureInstalled, isCheckout, root, runInstalledNode, runNode } from './setup.mjs'

const [, , ...args] = process.argv
const here = fileURLToPath(import.meta.url)
const stripTypes = [
  '--disable-warning=ExperimentalWarning',
  '--import',
  new URL('strip-types.mjs', import.meta.url).href,
]

if (isCheckout) await ensureInstalled()

if (!canRunTypeScript) {
  if (isCheckout) await runInstalledNode([here, ...args])
  else {
    process.stderr.write(`carmine: needs Node 22.18 or newer, this is ${process.version}\n`)
    process.exitCode = 69
  }
} else if (!isCheckout && !process.execArgv.includes('--import')) {
  // As options of the process, they hold for its worker threads too.
  await runNode(process.execPath, [...stripTypes, here, ...args])
} else {
  // Spares stripping the types again: 45 ms of `carmine --help`, measured on two cores.
  if (isCheckout) module.enableCompileCache(join(root, 'node_modules/.cache/carmine'))
  const { main } = await import('./main.ts')
  process.exitCode = await main(args)
}
