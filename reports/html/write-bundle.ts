import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { loadBundle, prebuiltFile } from './bundle.ts'

// For packing: a package brings the bundle, and neither the page's sources nor vite. The file lies beside bundle.ts, or where it is wanted.
const file = resolve(process.argv[2] ?? prebuiltFile)
writeFileSync(file, JSON.stringify(await loadBundle()))
process.stdout.write(`${file}\n`)
