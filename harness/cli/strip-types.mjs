// Node strips no types from files below node_modules, where a published package lies: for our own files this does it.
import { readFileSync } from 'node:fs'
import module from 'node:module'

const own = new URL('../../', import.meta.url).href

module.registerHooks({
  load(url, context, next) {
    if (!url.startsWith(own) || !url.endsWith('.ts')) return next(url, context)
    return {
      format: 'module',
      source: module.stripTypeScriptTypes(readFileSync(new URL(url), 'utf8')),
      shortCircuit: true,
    }
  },
})
