import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { init, parse } from 'es-module-lexer'

const base = ['harness/model', 'harness/stats']
const below = [...base, 'remediator', 'clusters', 'harness/run', 'harness/judge']

/**
 * What each folder may import, its own files apart; the longest matching folder counts. Arrows point one way: the remediator knows no
 * backend, a backend knows no detector (those that drive a real cluster may call the engine), and the judge knows only what a log tells.
 */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'harness/model': base,
  'harness/stats': [],
  remediator: base,
  clusters: base,
  'clusters/live': [...base, 'clusters', 'remediator/engine.ts', 'remediator/audit/canonical-json.ts'],
  'clusters/stage': [...base, 'clusters', 'remediator/engine.ts', 'remediator/policy.ts'],
  'clusters/kind': [...base, 'clusters', 'remediator/engine.ts', 'remediator/policy.ts'],
  'clusters/existing': [...base, 'clusters', 'remediator/engine.ts', 'remediator/policy.ts'],
  'harness/run': below,
  'harness/judge': base,
  reports: below,
  // What runs in the browser: the words and figures of the other reports, and types.
  'reports/html/app': [
    'harness/judge/summary.ts',
    'harness/model/counted.ts',
    'harness/model/measures.ts',
    'reports/answer.ts',
    'reports/criteria-table.ts',
    'reports/criterion-notes.ts',
    'reports/format.ts',
    'reports/level-notes.ts',
    'reports/tables.ts',
    'reports/timeline/series.ts',
    'reports/timeline/timeline.ts',
  ],
  'harness/cli': [...below, 'reports'],
  'harness/checks': [...below, 'reports', 'harness/cli'],
  'harness/package': [...below, 'reports'],
  'harness/bench': [...below, 'reports', 'harness/cli'],
}

/** Packages that a pure folder may use; folders not named here may use any. */
const mayUse: Readonly<Record<string, readonly string[]>> = {
  'harness/stats': ['seedrandom'],
  remediator: ['zod'],
  'reports/html/app': ['preact', 'preact/hooks'],
}

const pureFolders = ['remediator', 'harness/model', 'harness/stats', 'harness/run', 'harness/judge', 'clusters/sim']
const impure =
  /\b(Date\.now|new Date\(|Math\.random|set(?:Timeout|Interval|Immediate)|process\.(?:env|hrtime)|performance\.now|random(?:UUID|Bytes)|getRandomValues|localeCompare|toLocale\w+|Intl\.)/
const isTest = /\.test\.tsx?$/
const isTool = /\/(oracle|subject)\//

/** Every broken rule of the source tree as `file:line: message`, in order of file and line. */
export async function brokenArrows(root: string): Promise<string[]> {
  await init
  const files = globSync(['harness/**/*.ts', 'remediator/**/*.ts', 'clusters/**/*.ts', 'reports/**/*.{ts,tsx}'], {
    cwd: root,
  })
  return files.sort().flatMap(file => {
    const text = readFileSync(join(root, file), 'utf8')
    return [...brokenImports(file, text), ...impurities(file, text)]
  })
}

/** @param file from the root of the tree, with forward slashes. */
export function brokenImports(file: string, text: string): string[] {
  const home = folderOf(file, Object.keys(mayImport))
  if (home === undefined) return [`${file}:1: stands in no folder that has a rule in harness/checks/arrows.ts`]
  return importsOf(text).flatMap(({ specifier, line }) => {
    const problem = specifier.startsWith('.')
      ? pathProblem(home, relative('', join(dirname(file), specifier)))
      : packageProblem(home, specifier, isTest.test(file))
    return problem === undefined ? [] : [`${file}:${line}: ${problem}`]
  })
}

/** Clock, randomness, timers, environment and locale belong to the adapters and the command line. */
export function impurities(file: string, text: string): string[] {
  if (isTest.test(file) || isTool.test(file) || folderOf(file, pureFolders) === undefined) return []
  return text.split('\n').flatMap((line, index) => {
    const found = /^\s*(\*|\/\/|\/\*)/.test(line) ? null : impure.exec(line)
    return found === null ? [] : [`${file}:${index + 1}: ${found[1]} in a folder that must be deterministic`]
  })
}

function pathProblem(home: string, target: string): string | undefined {
  const allowed = [home, ...(mayImport[home] ?? [])]
  return isInside(target, allowed) ? undefined : `${home} must not import ${target}`
}

function packageProblem(home: string, specifier: string, inTest: boolean): string | undefined {
  const allowed = mayUse[home]
  if (allowed === undefined || inTest || allowed.includes(specifier)) return undefined
  return `${home} must not use the package ${specifier}`
}

function importsOf(text: string): { specifier: string; line: number }[] {
  // The lexer knows no JSX: there imports are read up to the first other line.
  const end = /<\/|\/>/.test(text) ? text.search(/^(?!import\b|\} from|\s|$|\/\/)/m) : -1
  const [imports] = parse(end === -1 ? text : text.slice(0, end))
  return imports.flatMap(found => {
    const specifier = 'specifier' in found ? found.specifier : undefined
    return typeof specifier === 'string' ? [{ specifier, line: text.slice(0, found.start).split('\n').length }] : []
  })
}

function folderOf(file: string, folders: readonly string[]): string | undefined {
  return folders.filter(folder => isInside(file, [folder])).sort((a, b) => b.length - a.length)[0]
}

function isInside(file: string, places: readonly string[]): boolean {
  return places.some(place => file === place || file.startsWith(`${place}/`))
}
