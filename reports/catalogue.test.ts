import { expect, test } from 'vitest'
import type { DetectorRow, Estimate, ScenarioTruth, Summary } from '../harness/judge/summary.ts'
import { renderCatalogue } from './catalogue.ts'
import { summary } from './fixtures/summary.ts'

const figure = (value: number | null): Estimate => ({ value, low: value, high: value })

function seenBy(
  policy: string,
  detector: string,
  scenario: string,
  recall: number | null,
  alarmed: number,
): DetectorRow {
  return {
    ...summary.detectors[0]!,
    policy,
    detector,
    scenario,
    recall: figure(recall),
    falsePositiveRate: figure(alarmed),
  }
}

const leak: ScenarioTruth = {
  scenario: 'leak',
  family: 'leaks',
  requestsPerSecond: 50,
  scare: null,
  causeKind: null,
  disturbsPods: false,
  page: 'must',
  deploy: 'revert',
  remedies: ['abort', 'undo'],
  rollbackSafe: true,
  firstSymptom: 'restarts',
  cause: 'memory | sockets',
}
const flag: ScenarioTruth = {
  ...leak,
  scenario: 'flag',
  deploy: 'leave',
  remedies: ['flagOff'],
  firstSymptom: 'errors',
  cause: 'a flag',
}
const outage: ScenarioTruth = { ...leak, scenario: 'outage', scare: 'payments is down', firstSymptom: 'errors' }
const only: ScenarioTruth = { ...outage, scenario: 'only', remedies: [], deploy: 'leave', firstSymptom: 'none' }

const flagRow = { ...summary.scenarios[0]!, scenario: 'flag', level: 'L1' as const }
const run: Summary = {
  ...summary,
  groundTruth: [leak, flag, outage, only],
  detectors: [
    seenBy('careful', 'threshold', 'leak', 0.996, 0),
    seenBy('careful', 'argo-analysis', 'leak', 0.925, 0),
    seenBy('stock-argo', 'threshold', 'leak', 0, 0),
    seenBy('stock-argo', 'argo-analysis', 'leak', 0, 0),
    seenBy('careful', 'threshold', 'outage', 1, 0.5),
    seenBy('careful', 'argo-analysis', 'outage', 1, 0.001),
    seenBy('stock-argo', 'argo-analysis', 'outage', 1, 0),
  ],
  scenarios: [{ ...flagRow, faulty: { ...flagRow.faulty, n: 40, detected: 30 } }],
}

/** Cells of the table rows that begin with some words. */
function cellsOf(text: string, scenario: string): string[][] {
  const rows = text.split('\n').filter(line => line.includes(`| \`${scenario}\` |`))
  return rows.map(row =>
    row
      .split(/(?<!\\)\|/)
      .map(cell => cell.trim())
      .slice(1, -1),
  )
}

const text = renderCatalogue(run)

test('a fault has its truth, and the detectors that miss it, none of them rounded to all or nothing, and 7.5 % up', () => {
  expect(cellsOf(text, 'leak')).toEqual([
    [
      'leaks',
      '`leak`',
      'memory \\| sockets',
      'restarts',
      'abort or undo',
      'threshold 1 %, argo-analysis 8 %, argo-analysis (stock-argo) 100 %',
    ],
  ])
})

test('where no deploy is to blame, missed is what nobody is paged for', () => {
  expect(cellsOf(text, 'flag')).toEqual([
    ['leaks', '`flag`', 'a flag', 'errors', 'switch the flag off; leave the deploy', 'policy careful 25 %'],
  ])
})

test('of a run without L1 nothing is said of pages', () => {
  expect(cellsOf(renderCatalogue({ ...run, scenarios: [] }), 'flag')[0]!.at(-1)).toBe('–')
})

test('a scare with a fault inside is in both tables, one without only among the scares', () => {
  expect(cellsOf(text, 'outage')).toEqual([
    ['leaks', '`outage`', 'memory \\| sockets', 'errors', 'abort or undo', 'none'],
    ['`outage`', 'payments is down', '50 %', '1 %', '0 %'],
  ])
  expect(cellsOf(text, 'only')).toEqual([['`only`', 'payments is down', '–', '–', '–']])
})
