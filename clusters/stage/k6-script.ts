import { readFileSync } from 'node:fs'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import type { LoadProfile } from './load-stages.ts'

/** Data stands beside package.json, and so does this folder, or what is compiled of it. */
const folder = join(dirname(findPackageJSON('.', import.meta.url)!), 'scenarios/load')

/** Of the files that k6 gets, the one it is told to run. */
export const entryFile = 'main.js'

/** Path of the script that sends the load where a user brings none. */
export const shippedScript = join(folder, 'profile.js')

/** The files of a k6 run by name: carmine's own entry, the script, and what it may read. */
export function k6Files(script: string, profile: LoadProfile): Readonly<Record<string, string>> {
  const entry = readFileSync(join(folder, entryFile), 'utf8')
  const ownDefault = "export { default } from './load.js'\n"
  // A script whose scenarios all name a function of their own needs no default one, and what is not there cannot be exported again.
  const hasDefault = /\bexport\s+default\b|\bas\s+default\b/.test(script)
  return {
    [entryFile]: hasDefault ? entry : entry.replace(ownDefault, ''),
    'load.js': script,
    'profile.json': JSON.stringify(profile),
  }
}

/** What every script finds in its environment. `DURATION` is one of k6's, with the lead before the trial and the tail after it. */
export function k6Environment(targetUrl: string, profile: LoadProfile, durationMs: number): Record<string, string> {
  return {
    TARGET: targetUrl,
    RATE: String(profile.startRate / 1000),
    DURATION: `${Math.ceil(durationMs / 1000)}s`,
    SEED: String(profile.seed),
    // k6 has another program built over the network for a script with extensions: what runs is what the settings name.
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
    K6_NO_USAGE_REPORT: 'true',
  }
}
