import module from 'node:module'
import { fileURLToPath } from 'node:url'

// Worker threads that a test starts read the command line's cache, as they do in a run: else each strips the types of all files again.
module.enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/carmine', import.meta.url)))
