import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scenarioDocument, truthOf, variantsOf } from '../../model/scenario.ts'
import { suiteDocument } from '../../model/suite.ts'
import { carmine } from '../fixtures/carmine.ts'
import { loadDocument, optionMention } from '../load/documents.ts'

const catalogue = readFileSync(new URL('../../../docs/catalogue.md', import.meta.url), 'utf8')
const [faultRows, scareRows] = catalogue.split('\n## Scares\n').map(part =>
  part.split('\n').flatMap(line => {
    const cells = line.split('|').map(cell => cell.trim())
    return cells.some(cell => /^`.*`$/.test(cell)) && cells.length > 3 ? [cells.slice(1, -1)] : []
  }),
)

const inCatalogue = loadDocument('suites', optionMention('--suite', 'catalogue'), suiteDocument, [])!.value.spec
  .scenarios

test.each(inCatalogue)('docs/catalogue.md has %s with what is true of it', name => {
  const { spec } = loadDocument('catalogue', optionMention('scenario', name), scenarioDocument, [])!.value
  const truth = truthOf(spec, variantsOf(spec)[0]!)
  const row = faultRows!.find(cells => cells[1] === `\`${name}\``)
  expect(row?.slice(0, 4)).toEqual([spec.family, `\`${name}\``, truth.cause, truth.firstSymptom])
  const scare = scareRows!.find(cells => cells[0] === `\`${name}\``)
  expect(scare?.[1]).toBe(spec.scare)
})

test('docs/catalogue.md has each scare trip the stock detectors in at least a fifth of the trials', () => {
  const headings = catalogue.split('\n').findLast(line => line.includes('What looks bad'))!
  const columns = headings
    .split('|')
    .map(cell => cell.trim())
    .slice(1, -1)
  const stock = ['threshold', 'argo-analysis (stock-argo)'].map(name => columns.indexOf(name))
  for (const cells of scareRows!) {
    // It is for policies that count a restart as a fault, and no stock detector does.
    if (cells[0] === '`self-healing`') continue
    const shares = stock.map(column => Number.parseFloat(cells[column]!))
    expect.soft(Math.max(...shares), cells[0]).toBeGreaterThanOrEqual(20)
  }
})

test('--catalogue and --format do not go together', async () => {
  const { exitCode, stderr } = await carmine('report', 'runs/none', '--catalogue', '--format', 'html')
  expect(exitCode).toBe(64)
  expect(stderr).toContain('cannot be used with option')
})

test('--out needs a path', async () => {
  expect((await carmine('report', 'runs/none', '--format', 'html', '--out', '')).exitCode).toBe(64)
})
