import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { shippedParameters } from '../../model/fixtures/parameters.ts'
import { InvalidInput } from '../../model/problem.ts'
import { carmine } from '../fixtures/carmine.ts'
import { loadPlan } from './load-plan.ts'

const folder = mkdtempSync(join(tmpdir(), 'carmine-parameters-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, `apiVersion: carmine/v1alpha1\n${text}`)
  return path
}

const parameters = (name: string, people: string) =>
  file(name, `kind: Parameters\nmetadata: { name: ours }\nspec:\n  people:\n    ${people}\n`)

const suite = (named: string) =>
  file(
    'suite.yaml',
    `kind: Suite\nmetadata: { name: ours }\nspec:\n  description: any\n  scenarios: [latency]\n  seeds: 1\n  parameters: ${named}\n`,
  )

const options = { seed: 1, lenient: false }

test('a plan holds the shipped parameters', () => {
  expect(loadPlan({ ...options, suite: 'quick' }).plan.environment.parameters).toEqual(shippedParameters)
})

test('a suite names its parameters from where it stands, and those of an option go over them', () => {
  mkdirSync(join(folder, 'below'))
  parameters('below/suite.yaml', 'look: { median: 1m }\n    promote: { median: 1m }')
  const ours = parameters('option.yaml', 'look: { median: 2m }')
  const { plan } = loadPlan({ ...options, suite: suite('below/suite.yaml'), parameters: [ours] })
  expect(plan.environment.parameters.people.look).toMatchObject({ medianMs: 120_000, source: 'set in option.yaml' })
  expect(plan.environment.parameters.people.promote).toMatchObject({ medianMs: 60_000, source: 'set in suite.yaml' })
})

test('wrong parameters are told with all other problems, and by validate alike', async () => {
  const wrong = parameters('wrong.yaml', 'lok: { median: 1m }')
  const load = () => loadPlan({ ...options, suite: 'quick', scenarios: ['latncy'], parameters: [wrong, 'none.yaml'] })
  expect(load).toThrow(InvalidInput)
  for (const text of ['did you mean `latency`', 'did you mean `look`', 'none.yaml:1:1']) expect(load).toThrow(text)
  const { exitCode, stderr } = await carmine('validate', wrong)
  expect(exitCode).toBe(78)
  expect(stderr).toMatch(/wrong\.yaml:6:5: error: `spec\.people\.lok` is not a known key \(did you mean `look`\?\)\n$/)
})

test('validate takes a file that changes one number', async () => {
  const ours = parameters('ours.yaml', 'look: { median: 1m }')
  expect(await carmine('validate', ours)).toMatchObject({ exitCode: 0, stderr: '' })
})

test.each([[['parameters', 'FILE']], [['FILE']]])('show %j prints every parameter with its source', async words => {
  const ours = parameters('ours.yaml', 'look: { median: 1m }')
  const { exitCode, stdout } = await carmine('show', ...words.map(word => (word === 'FILE' ? ours : word)))
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^PARAMETER +VALUE +SOURCE\n/)
  expect(stdout).toMatch(/^people\.look +median 1m, sigma 0\.8 +set in ours\.yaml$/m)
  expect(stdout).toMatch(/^people\.page\.lost +0\.5% +assumption$/m)
})

test('show parameters --json is a list of all of them', async () => {
  const rows = JSON.parse((await carmine('show', 'parameters', '--json')).stdout) as object[]
  expect(rows).toContainEqual({ parameter: 'people.fatigue.slowness', value: '1.5', source: 'assumption' })
  const names = rows.map(row => (row as { parameter: string }).parameter)
  expect(new Set(names).size).toBe(names.length)
})
