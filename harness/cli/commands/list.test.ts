import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { summary } from '../../../reports/fixtures/summary.ts'
import { carmine } from '../fixtures/carmine.ts'
import { formatAge } from '../listings.ts'
import { shippedNames } from '../load/documents.ts'
import { listedKinds } from '../load/kind-names.ts'

test.each([
  ['scenarios', /^SCENARIO +FAMILY +VARIANTS +DESCRIPTION\n/, /^latency +latency +faulty, twin +\S/m],
  ['policies', /^POLICY +DECIDES +DESCRIPTION\n/, /^careful +any of onset-expert, in-flight,.* {3,}\S/m],
  ['suites', /^SUITE +BACKEND +SCENARIOS +SEEDS +CRITERIA +DESCRIPTION\n/, /^quick +sim +\d+ +\d+ +\d+ +\S/m],
  ['topologies', /^TOPOLOGY +SUBJECT +ENTRY +ROUTES +SERVICES\n/, /^shop +checkout +gateway +buy, browse +\S/m],
  ['disturbances', /^DISTURBANCE +PARAMETERS +DISTURBS\n/, /^prometheus-slow +at, for, delay +\S/m],
  ['faults', /^FAULT +PARAMETERS +BREAKS\n/, /^latency +latencyFactor 1 to 50 +\S/m],
  ['detectors', /^DETECTOR +FINDS\n/, /^threshold +\S/m],
  ['measures', /^MEASURE +BOUND +FROM +MEANING\n/, /^fdrtS\.p95 +a time, such as 2m +L0 +\S/m],
])('list %s', async (kind, heading, row) => {
  const { exitCode, stdout } = await carmine('list', kind)
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(heading)
  expect(stdout).toMatch(row)
})

test('without a kind all are listed, within 100 columns', async () => {
  const { stdout } = await carmine('list')
  expect(stdout).toContain('\n\nPOLICY ')
  expect(Math.max(...stdout.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
  expect(Object.keys(JSON.parse((await carmine('list', '--json')).stdout))).toEqual(listedKinds)
})

test('--json is a list of everything that is shipped', async () => {
  const rows = JSON.parse((await carmine('list', 'scenarios', '--json')).stdout) as { scenario: string }[]
  expect(rows.map(({ scenario }) => scenario)).toEqual(shippedNames('catalogue'))
})

test('an unknown kind is a usage error that lists the kinds', async () => {
  const { exitCode, stderr } = await carmine('list', 'scnario')
  expect(exitCode).toBe(64)
  expect(stderr).toContain('Did you mean scenario?')
  expect(stderr).toContain(listedKinds.join(', '))
})

test('runs of the current folder are listed by name and number, also one whose summary cannot be read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'carmine-list-'))
  const run = (name: string, text: string) => {
    mkdirSync(join(folder, 'runs', name), { recursive: true })
    writeFileSync(join(folder, 'runs', name, 'summary.json'), text)
  }
  const list = () =>
    spawnSync(process.execPath, [join(import.meta.dirname, '../carmine.mjs'), 'list', 'runs'], {
      cwd: folder,
      encoding: 'utf8',
    })
  try {
    expect(list()).toMatchObject({ status: 0, stdout: 'no runs\n' })
    for (const name of ['quick-10', 'quick-9']) run(name, JSON.stringify(summary))
    run('broken', '{')
    mkdirSync(join(folder, 'runs/unfinished'))
    const rows = list().stdout.split('\n').slice(1, -1)
    expect(rows.map(row => row.split(/ +/)[0])).toEqual(['runs/broken', 'runs/quick-9', 'runs/quick-10'])
    expect(rows[0]).toMatch(/cannot be read$/)
    expect(rows[1]).toMatch(new RegExp(` ${summary.verdict} .* \\d+s$`))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('one of a kind is asked for as all of it, as names, as lines, or with more columns', async () => {
  const names = (await carmine('list', 'suite', '-o', 'name')).stdout.trimEnd().split('\n')
  expect(names).toEqual(shippedNames('suites'))
  const lines = (await carmine('list', 'suites', '--output', 'ndjson')).stdout.trimEnd().split('\n')
  expect(lines.map(line => JSON.parse(line).suite)).toEqual(names)
  expect((await carmine('list', 'suites', '-o', 'json')).stdout).toBe(
    (await carmine('list', 'suites', '--json')).stdout,
  )
})

test.each([
  [0, '0s'],
  [119_999, '119s'],
  [120_000, '2m'],
  [7_199_000, '119m'],
  [7_200_000, '2h'],
  [172_800_000, '2d'],
  [-5, '0s'],
])('%i ms is an age of %s', (ms, age) => {
  expect(formatAge(ms)).toBe(age)
})
