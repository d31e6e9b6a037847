import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { comparison } from '../../reports/fixtures/comparison.ts'
import { summary } from '../../reports/fixtures/summary.ts'
import type { Summary } from '../judge/summary.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import { carmine } from './fixtures/carmine.ts'
import { readComparison, readSummary } from './read-run.ts'
import { runFiles } from './run-folder.ts'

const parent = mkdtempSync(join(tmpdir(), 'carmine-read-'))
const run = join(parent, 'run')
afterAll(() => rmSync(parent, { recursive: true }))
beforeAll(async () => {
  await carmine('run', '--scenario', 'error-ratio', '--levels', 'L1', '--seeds', '1', '--logs', 'all', '--out', run)
})

const read = (file: string) => readFileSync(join(run, file), 'utf8')

/** The run as another version would have left it: some of its files otherwise. */
function folderWith(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(parent, 'other-'))
  mkdirSync(join(folder, runFiles.logs))
  for (const name of [runFiles.summary, runFiles.plan, runFiles.trials, runFiles.detectors])
    writeFileSync(join(folder, name), read(name))
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return folder
}

const summaryOf = () => JSON.parse(read(runFiles.summary)) as Summary
const planOf = () => JSON.parse(read(runFiles.plan)) as Record<string, unknown>
const without = (content: object, key: string) =>
  Object.fromEntries(Object.entries(content).filter(([name]) => name !== key))

describe('a summary of another version', () => {
  const looksGone = () => folderWith({ [runFiles.summary]: without(summaryOf(), 'looks') })

  test.each([
    ['report'],
    ['report', '--format', 'html'],
    ['report', '--format', 'markdown'],
    ['report', '--format', 'junit'],
    ['report', '--format', 'sarif'],
    ['report', '--catalogue'],
    ['show'],
    ['show', '--json'],
  ])('is refused by %s %s %s with the key that it lacks, and what to do', async (command, ...options) => {
    const folder = looksGone()
    const { exitCode, stdout, stderr } = await carmine(command, folder, ...options)
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' })
    expect(stderr).toBe(
      `${join(folder, 'summary.json')}:1:1: error: was written by another version of carmine: \`looks\` is missing (\`carmine rejudge ${folder}\` judges its logs with this version; or run it again with this version)\n`,
    )
  })

  test('can be judged again, and is as good a side of a comparison as any', async () => {
    const folder = looksGone()
    expect((await carmine('compare', run, folder)).exitCode).toBe(0)
    for (const file of ['logs'] as const) rmSync(join(folder, file), { recursive: true })
    const { exitCode, stderr } = await carmine('rejudge', folder)
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining('holds the logs of 0 of'),
    })
  })

  test('of which few logs are kept has to be run again', async () => {
    const folder = folderWith({
      [runFiles.summary]: without(summaryOf(), 'looks'),
      [runFiles.plan]: { ...planOf(), logs: 'failing' },
    })
    expect((await carmine('report', folder)).stderr).toMatch(/is missing \(run it again with this version\)\n$/)
  })

  test('that lacks much is told by some of it, each once', async () => {
    const { levels, ...rest } = summaryOf()
    const rows = levels.map(row => without(without(without(row, 'gate'), 'harm'), 'scares'))
    const criteria = [{ ...summary.criteria[0], measure: 'precision' }]
    const folder = folderWith({ [runFiles.summary]: { ...without(rest, 'looks'), levels: rows, criteria } })
    const { stderr } = await carmine('report', folder)
    expect(stderr).toMatch(/: `levels\[0\]\.scares` is missing, `levels\[0\]\.harm` is missing, .*, and 2 more \(/)
  })

  test('may have keys that this one does not know', () => {
    const folder = folderWith({ [runFiles.summary]: { ...summaryOf(), later: 1 } })
    expect(readSummary(folder)).toEqual({ ...summaryOf(), later: 1 })
  })
})

describe('another file of a run that cannot be used', () => {
  const trials = () => read(runFiles.trials).trimEnd().split('\n')
  const old = (line: string) => {
    const { facts, ...trial } = JSON.parse(line) as TrialResult
    return JSON.stringify({ ...trial, facts: without(facts, 'gate') })
  }

  test.each([
    [
      'trials.ndjson',
      () => [trials()[0], old(trials()[1]!)].join('\n'),
      /trials\.ndjson:2:1: .*: `facts\.gate` is missing/,
    ],
    ['trials.ndjson', () => `${trials()[0]}\n{"id"`, /trials\.ndjson:2:1: error: cannot be read: /],
    ['plan.json', () => without(planOf(), 'groups'), /plan\.json:1:1: error: .*: `groups` is missing \(run it again/],
    ['plan.json', () => 'null', /plan\.json:1:1: error: .*: the document: /],
    [
      'comparison.json',
      () => without(comparison, 'candidates'),
      /comparison\.json.*: `candidates` is missing \(`carmine compare`/,
    ],
  ])('is told by its name: %s', async (name, content, told) => {
    const { exitCode, stdout, stderr } = await carmine('report', folderWith({ [name]: content() }), '--format', 'html')
    expect({ exitCode, stdout }).toEqual({ exitCode: 78, stdout: '' })
    expect(stderr).toMatch(told)
  })

  test('is told in a comparison too', async () => {
    const folder = folderWith({ [runFiles.trials]: trials().map(old).join('\n') })
    for (const args of [
      ['compare', run, folder],
      ['run', '--scenario', 'error-ratio', '--baseline', folder],
    ]) {
      const { exitCode, stderr } = await carmine(...args)
      expect(exitCode).toBe(78)
      expect(stderr).toContain('`facts.gate` is missing')
    }
  })
})

test('every key that reports tell is looked for', () => {
  const folder = folderWith({ [runFiles.summary]: summary, [runFiles.comparison]: comparison })
  expect(readSummary(folder)).toEqual(JSON.parse(JSON.stringify(summary)))
  expect(readComparison(folder)).toEqual(JSON.parse(JSON.stringify(comparison)))
})
