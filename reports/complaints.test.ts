import { describe, expect, it, test } from 'vitest'
import * as z from 'zod'
import { renderAnnotations } from './annotations.ts'
import { type Complaint, complaintsOf, type Places } from './complaints.ts'
import { compared, comparedRow, comparison, comparisonOf } from './fixtures/comparison.ts'
import schema from './fixtures/sarif-schema-2.1.0.json' with { type: 'json' }
import { summary } from './fixtures/summary.ts'
import { renderSarif } from './sarif.ts'

// The schema is OASIS' own: docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json. What it calls a reference
// to a URI, Zod takes for a whole one: those are looked at by themselves.
const relaxed = JSON.stringify(schema).replaceAll('"format":"uri-reference"', '"minLength":1')
const sarifLog = z.fromJSONSchema(JSON.parse(relaxed) as Parameters<typeof z.fromJSONSchema>[0])

const failed = summary.criteria.map(one => ({ ...one, verdict: 'fail' as const, policy: 'mine' }))
const failing = { ...summary, criteria: failed }
const places: Places = {
  policies: { mine: { file: 'policies/my policy#1.yaml', line: 6 } },
  criteria: { [failed[0]!.criterion]: { file: 'suites/ours.yaml', line: 21 } },
}

interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } }
    readonly results: readonly {
      readonly ruleId: string
      readonly ruleIndex: number
      readonly level: string
      readonly locations?: readonly unknown[]
    }[]
  }[]
}

describe('SARIF', () => {
  const text = renderSarif(failing, comparison, places)
  const run = (JSON.parse(text) as Log).runs[0]!

  it('is what its schema says', () => {
    expect(sarifLog.safeParse(JSON.parse(text)).error).toBeUndefined()
    expect(
      sarifLog.safeParse(JSON.parse(renderSarif(summary, undefined, { policies: {}, criteria: {} }))).error,
    ).toBeUndefined()
    expect(sarifLog.safeParse(JSON.parse(text.replace('"startLine": 6', '"startLine": 0'))).success).toBe(false)
  })
  it('has a rule for each criterion and each measure that decides, and a result for each that is broken', () => {
    const ids = run.tool.driver.rules.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toEqual(
      expect.arrayContaining(['regress/L1/recall', 'regress/L1/fdrtS.restrictedMean', 'criterion/L1/recall']),
    )
    expect(ids).not.toContain('regress/L1/gate.unsafe')
    expect(run.results.map(({ ruleId }) => ruleId)).toContain('regress/L1/recall')
    expect(run.results.map(({ ruleId }) => ruleId)).not.toContain('regress/L1/fdrtS.restrictedMean')
    for (const { ruleId, ruleIndex } of run.results) expect(ids[ruleIndex]).toBe(ruleId)
  })
  it('points to the policy for what it does worse, and to the suite for what it does not show, below the root', () => {
    const [regression, criterion] = run.results
    const at = (uri: string, startLine: number) => [
      { physicalLocation: { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region: { startLine } } },
    ]
    expect(regression!.locations).toEqual(at('policies/my%20policy%231.yaml', 6))
    expect(criterion!.locations).toEqual(at('suites/ours.yaml', 21))
  })
  it('keeps to what GitHub takes', () => {
    const rows = Array.from({ length: 5001 }, () => comparedRow([compared()]))
    const long = { ...failing, criteria: failing.criteria.map(one => ({ ...one, criterion: 'x'.repeat(2000) })) }
    const { results, tool } = (JSON.parse(renderSarif(long, comparisonOf(rows), places)) as Log).runs[0]!
    expect(results).toHaveLength(5000)
    expect(results.every(({ level }) => level === 'error')).toBe(true)
    for (const rule of tool.driver.rules as readonly {
      shortDescription?: { text: string }
      fullDescription?: { text: string }
    }[]) {
      expect(rule.shortDescription!.text.length).toBeLessThanOrEqual(1024)
      expect(rule.fullDescription!.text.length).toBeLessThanOrEqual(1024)
    }
  })
})

test('where a regression alone decides, criteria are notices', () => {
  const severities = (judged: boolean) => complaintsOf(failing, comparison, judged).map(({ severity }) => severity)
  expect(severities(true)).toEqual(severities(true).map(() => 'error'))
  expect(severities(false)).toEqual(['error', ...failed.map(() => 'notice')])
})

describe('annotations', () => {
  const complaint = (change: Partial<Complaint> = {}): Complaint => ({
    rule: { id: 'criterion/L1/recall', name: 'L1 recall >= 90%', description: '' },
    severity: 'error',
    message: 'too low',
    policy: 'mine',
    criterion: null,
    ...change,
  })
  const lines = (complaints: readonly Complaint[]) => renderAnnotations(complaints, places).split('\n').slice(0, -1)

  it('are escaped as GitHub reads them', () => {
    expect(lines([complaint({ message: '50%: a,b\r\nc::d' })])).toEqual([
      '::error file=policies/my policy#1.yaml,line=6,title=carmine%3A L1 recall >= 90%25::50%25: a,b%0D%0Ac::d',
    ])
    expect(
      renderAnnotations([complaint()], { policies: { mine: { file: 'a,b:c%.yaml', line: 1 } }, criteria: {} }),
    ).toContain('file=a%2Cb%3Ac%25.yaml,')
  })
  it('without a known file stand alone', () => {
    expect(lines([complaint({ policy: 'careful' })])).toEqual(['::error title=carmine%3A L1 recall >= 90%25::too low'])
  })
  it.each([
    [10, 10],
    [11, 10],
    [500, 10],
  ])('of %i errors and as many warnings are %i of each', (many, shown) => {
    const all = Array.from({ length: many }, () => [complaint(), complaint({ severity: 'warning' })]).flat()
    for (const severity of ['error', 'warning']) {
      const own = lines(all).filter(line => line.startsWith(`::${severity} `))
      expect(own).toHaveLength(shown)
      expect(own.at(-1)!.endsWith(`${many - 9} more ${severity}s are in the files of the run`)).toBe(many > 10)
    }
  })
  it('have no more characters than GitHub keeps', () => {
    const [line] = lines([complaint({ message: 'x'.repeat(5000) })])
    expect(line!.split('::').at(-1)).toHaveLength(4096)
  })
})
