import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname } from 'node:path'

const file = findPackageJSON('.', import.meta.url)!

/** The root of a checkout or of an installed package: there lie `package.json` and the folder `scenarios`. */
export const packageFolder = dirname(file)

/** What `package.json` says of the program. */
export const packageInfo = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly version: string
  readonly description: string
  readonly engines: { readonly node: string }
}
