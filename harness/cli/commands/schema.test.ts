import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { carmine } from '../fixtures/carmine.ts'
import { shippedFolder, shippedNames, shippedPath } from '../load/documents.ts'
import { ownKindNames } from '../load/kind-names.ts'

const stored = (kind: string) => readFileSync(join(shippedFolder, 'schema', `${kind.toLowerCase()}.json`), 'utf8')
const shipped = (['catalogue', 'suites', 'policies'] as const).flatMap(kind =>
  shippedNames(kind).map(name => shippedPath(kind, name)),
)

test.each(ownKindNames)(
  'the stored schema of %s is current (else: carmine schema --out scenarios/schema)',
  async kind => {
    expect(await carmine('schema', kind)).toEqual({ exitCode: 0, stdout: stored(kind), stderr: '' })
  },
)

test.each([...shipped, join(shippedFolder, 'subject/telemetry.yaml'), join(shippedFolder, 'parameters.yaml')])(
  '%s fits its schema, and the one it names',
  file => {
    const text = readFileSync(file, 'utf8')
    const document = parse(text)
    const named = /^# yaml-language-server: \$schema=(\S+)/m.exec(text)?.[1]
    if (named !== undefined)
      expect(named).toMatch(new RegExp(`^(\\.\\./)?schema/${document.kind.toLowerCase()}\\.json$`))
    expect(z.fromJSONSchema(JSON.parse(stored(document.kind))).safeParse(document).error).toBeUndefined()
  },
)

test.each([
  ['an unknown key', { description: 'x', scenarios: ['a'], seeds: 1, sedes: 2 }],
  ['a duration without a unit', { description: 'x', scenarios: ['a'], seeds: 1, horizon: '30' }],
  ['an unknown level', { description: 'x', scenarios: ['a'], seeds: 1, levels: ['L9'] }],
])('an editor sees %s', (_, spec) => {
  const suite = { apiVersion: 'carmine/v1alpha1', kind: 'Suite', metadata: { name: 'a' }, spec }
  expect(z.fromJSONSchema(JSON.parse(stored('Suite'))).safeParse(suite).success).toBe(false)
})

test('all kinds are printed under their names, or written one a file', async () => {
  const all = await carmine('schema')
  expect(Object.keys(JSON.parse(all.stdout))).toEqual(ownKindNames)
  const folder = mkdtempSync(join(tmpdir(), 'carmine-schema-'))
  try {
    expect(await carmine('schema', 'suite', '--out', join(folder, 'new'))).toMatchObject({ exitCode: 0 })
    expect(readdirSync(join(folder, 'new'))).toEqual(['suite.json'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('an unknown kind is a usage error that lists the kinds', async () => {
  const { exitCode, stderr } = await carmine('schema', 'Sute')
  expect(exitCode).toBe(64)
  expect(stderr).toContain('Scenario, Suite, Policy, Promotion, Telemetry')
})
