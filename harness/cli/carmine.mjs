#!/usr/bin/env node
// Plain JavaScript for Node 18 and up: installs what a checkout lacks, then runs the program on a Node that can.
import module from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureInstalled, isCheckout, isNewEnough, root, runInstalledNode } from './setup.mjs'

const [, , ...args] = process.argv

if (isCheckout) await ensureInstalled()

if (isNewEnough) {
  // Spares reading the sources again: 45 ms of `carmine --help` in a checkout, measured on two cores.
  if (isCheckout) module.enableCompileCache(join(root, 'node_modules/.cache/carmine'))
  else module.enableCompileCache()
  // A package brings what tsc made of the sources, since Node strips no types from files below node_modules.
  const { main } = await import(isCheckout ? './main.ts' : '../../dist/harness/cli/main.js')
  process.exitCode = await main(args)
} else if (isCheckout) {
  await runInstalledNode([fileURLToPath(import.meta.url), ...args])
} else {
  process.stderr.write(
    `carmine: needs Node 22.18 or newer, this is ${process.version}; npm install --no-save node@24 brings one\n`,
  )
  process.exitCode = 69
}
