import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageInfo } from '../package-info.ts'
import type { Check } from './check.ts'
import { ask } from './probe.ts'

/** What every command needs, and what people use beside it. @param root folder of the project. */
export async function baseChecks(root: string): Promise<Check[]> {
  const git = await ask('git', '--version')
  return [
    nodeCheck(process.version, packageInfo.engines.node),
    installCheck(root),
    {
      group: 'optional',
      name: 'git',
      status: git.text === undefined ? 'missing' : 'ok',
      found: git.text?.replace('git version ', '') ?? git.problem,
      needed: 'any version',
      why: 'scenarios and policies belong under review; no command runs it',
      fix: 'install it (https://git-scm.com/downloads)',
    },
  ]
}

/** @param version such as `v22.18.0`. @param range `>=` and a version, as package.json has it. */
export function nodeCheck(version: string, range: string): Check {
  const wanted = range.replace('>=', '')
  return {
    group: 'required',
    name: 'node',
    status: isAtLeast(version.slice(1), wanted) ? 'ok' : 'missing',
    found: version,
    needed: `${wanted} or newer`,
    why: 'no older one is tested, and older ones do not run TypeScript by themselves',
    fix: 'install it (https://nodejs.org/en/download), or start carmine from a checkout, which brings its own',
  }
}

/** A checkout is installed for one lock file, platform and architecture; a package from a registry needs no stamp. */
export function installCheck(root: string): Check {
  const check = {
    group: 'required',
    name: 'dependencies',
    needed: 'those of package-lock.json',
    why: 'other versions than the tested ones may behave in another way',
    fix: `npm ci, in ${root}`,
  } as const
  const lock = join(root, 'package-lock.json')
  if (!existsSync(lock)) return { ...check, status: 'ok', found: 'installed from a registry' }
  const stamp = join(root, 'node_modules/.carmine-stamp')
  if (!existsSync(stamp)) return { ...check, status: 'missing', found: 'no finished installation' }
  const [digest, platform, arch] = readFileSync(stamp, 'utf8').trim().split(' ')
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex')
  if (digest !== wanted) return { ...check, status: 'missing', found: 'those of another package-lock.json' }
  const here = `${process.platform} ${process.arch}`
  if (`${platform} ${arch}` !== here) return { ...check, status: 'missing', found: `those for ${platform} ${arch}` }
  return { ...check, status: 'ok', found: `as in package-lock.json, for ${here}` }
}

function isAtLeast(version: string, wanted: string): boolean {
  const [have, need] = [version, wanted].map(text => text.split('.').map(Number)) as [number[], number[]]
  for (const [i, part] of need.entries()) if ((have[i] ?? 0) !== part) return (have[i] ?? 0) > part
  return true
}
