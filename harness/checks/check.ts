import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { styleText } from 'node:util'
import { brokenArrows } from './arrows.ts'

const root = join(import.meta.dirname, '../..')

interface Check {
  readonly name: string
  readonly run: () => boolean | Promise<boolean>
}

const checks: readonly Check[] = [
  {
    name: 'format and lint (npx biome check --write mends most)',
    run: () => tool('biome', 'ci', '--error-on-warnings', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.'),
  },
  { name: 'types', run: () => tool('tsc', '-p', '.') },
  { name: 'types of the page', run: () => tool('tsc', '-p', 'reports/html/app') },
  { name: 'unused code', run: () => tool('knip', '--no-progress') },
  { name: 'arrows between folders', run: arrows },
]

const results: { name: string; passed: boolean }[] = []
for (const { name, run } of checks) results.push({ name, passed: await run() })
for (const { name, passed } of results) {
  say(passed ? styleText('green', `✔ ${name}`) : styleText('red', `✖ ${name}`))
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1

function tool(name: string, ...args: string[]): boolean {
  // By its path on this Node: a tool's first line would ask for any.
  const program = join(root, 'node_modules/.bin', name)
  const { status, error } = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' })
  if (error) say(`${name}: ${error.message}`)
  return status === 0
}

async function arrows(): Promise<boolean> {
  const broken = await brokenArrows(root)
  for (const line of broken) say(line)
  return broken.length === 0
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
