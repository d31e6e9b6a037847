import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type Figure, figureOf } from './figure.ts'
import type { SuiteRun } from './suite-run.ts'

const bench = join(import.meta.dirname, 'bench.ts')
const carmine = join(import.meta.dirname, '../cli/carmine.mjs')

/** Whole runs with one worker and with two, in turn, each in a process of its own. */
export function suiteFigures(): Figure[] {
  const pairs = Array.from({ length: 2 }, () => ({ one: suiteRun(1), two: suiteRun(2) }))
  return [
    figureOf(
      'speed of two workers over one',
      'times',
      pairs.map(({ one, two }) => one.wallMs / two.wallMs),
    ),
    figureOf(
      'peak memory of a run with two workers',
      'MB',
      pairs.map(({ two }) => two.peakBytes / 1e6),
    ),
  ]
}

/** What `carmine --help` takes beyond an empty program. */
export function helpFigure(): Figure {
  wallMs([carmine, '--help'])
  const extra = Array.from({ length: 9 }, () => wallMs([carmine, '--help']) - wallMs(['--eval', '0']))
  return figureOf('carmine --help over bare node', 'ms', extra, { aim: 60 })
}

function suiteRun(workers: number): SuiteRun {
  return JSON.parse(run([bench, '--suite-run', String(workers)])) as SuiteRun
}

function wallMs(args: readonly string[]): number {
  const startMs = performance.now()
  run(args)
  return performance.now() - startMs
}

function run(args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}
