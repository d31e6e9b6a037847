import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { Summary } from '../harness/judge/summary.ts'
import { summary } from './fixtures/summary.ts'
import { renderTerminal, verdictLine } from './terminal.ts'

const text = renderTerminal(summary, { color: false })
const row = (start: string) => text.split('\n').find(line => line.startsWith(start))

test('no line is wider than 100 columns', () => {
  expect(text.split('\n').filter(line => line.length > 100)).toEqual([])
})

test('a level that equals the one below says so and repeats nothing', () => {
  expect(row('L2')).toMatch(/^L2\s+= L1$/)
  expect(row('L4')).toMatch(/^L4\s+= L1$/)
})

test('a row reads recall, false positives, scare, detect, FDRT, its p95, resolve and bad requests', () => {
  expect(row('L1')).toMatch(/^L1 +98\.7% 96\.6–99\.5 +0\.3% 0\.06–1\.9 +4% +35s +43s +1m44s +2h34m +212$/)
})

test('anchors stand under the levels', () => {
  expect(text.indexOf('always-roll-back')).toBeGreaterThan(text.indexOf('\nL4'))
  expect(text.indexOf('always-roll-back')).toBeLessThan(text.indexOf('SCENARIOS'))
})

test('a scare without twins shows its own false alarms', () => {
  expect(row('noisy-neighbour')).toMatch(/^noisy-neighbour +L1 +– +4% 1\.6–9\.8 /)
})

test('neighbouring levels of the same figures share a row', () => {
  expect(row('crash-at-start')).toMatch(/^crash-at-start +L1–L2 /)
  expect(text.match(/^error-ratio +L[01] +\d/gm)).toHaveLength(2)
})

test('verdicts are told apart without colour', () => {
  expect(row('✖ fail ')).toContain('fdrtS.p95')
  expect(row('✔ pass ')).toContain('recall')
  expect(row('? inconclusive ')).toContain('falsePositiveRate.twins')
})

test('each finding has the command that replays it on a line of its own', () => {
  expect(text.split('\n')).toContain('  carmine replay --scenario latency --policy careful --level L1 --seed 17')
})

test('colour adds nothing but colour', () => {
  const coloured = renderTerminal(summary, { color: true })
  expect(coloured).not.toBe(text)
  expect(stripVTControlCharacters(coloured)).toBe(text)
})

test('the figures of always-roll-back are marked as not comparable where most of its reverts came before the fault', () => {
  const preempting: Summary = { ...summary, levels: summary.anchors }
  expect(renderTerminal(preempting, { color: false })).toContain(
    'always-roll-back L1: 300 of 300 reverted before the fault did anything; times not comparable',
  )
})

test('who acts without an alarm has its false actions told', () => {
  const [first] = summary.anchors
  const twins = { n: 300, alarmed: 0, acted: 141, byArgoAlone: { alarmed: 0, acted: 0 } }
  const coin = {
    ...first!,
    policy: 'random',
    twins,
    falseActionRate: { ...first!.falseActionRate, twins: { value: 0.47, low: 0.41, high: 0.53, claimHigh: 0.52 } },
  }
  const told = 'random L1: took action on 47% of the healthy twins, on 141 of them without an alarm'
  expect(renderTerminal({ ...summary, anchors: [coin] }, { color: false })).toContain(told)
  expect(text).not.toContain('without an alarm')
})

test("who acts wrongly in trouble that is not the deploy's has it told, once for levels that do the same", () => {
  const incidents = { n: 30, alarmed: 12, acted: 12, byArgoAlone: { alarmed: 9, acted: 9 } }
  const [l0, l1, l2] = summary.levels
  const levels = [l0!, { ...l1!, incidents }, { ...l2!, incidents }]
  const told = renderTerminal({ ...summary, levels }, { color: false })
  expect(told).toContain('L1–L2: took a wrong action in 12 of 30 incidents beside a good deploy (9 by Argo')
  expect(told.match(/wrong action/g)).toHaveLength(1)
  expect(text).not.toContain('wrong action')
})

test('the worst scare is named, with what the analysis of the manifests did to it', () => {
  const scenarios = summary.scenarios.map(row => ({
    ...row,
    scares: { ...row.scares, byArgoAlone: { alarmed: 3, acted: 3 } },
  }))
  expect(renderTerminal({ ...summary, scenarios }, { color: false })).toContain(
    "careful L1: worst scare noisy-neighbour, blamed in 4 of 100, 3 of them by Argo's analysis alone",
  )
})

test('long names give way to figures', () => {
  const [first] = summary.scenarios
  const long: Summary = { ...summary, scenarios: [{ ...first!, scenario: 'a-scenario-with-a-name-'.repeat(5) }] }
  const lines = renderTerminal(long, { color: false }).split('\n')
  expect(lines.filter(line => line.length > 100)).toEqual([])
  expect(lines.find(line => line.startsWith('a-scenario'))).toMatch(/… .*10941$/)
})

test('an empty run has no empty tables', () => {
  const empty: Summary = { ...summary, levels: [], anchors: [], scenarios: [], criteria: [], findings: [] }
  expect(renderTerminal(empty, { color: false })).not.toMatch(/LEVELS|SCENARIOS|CRITERIA|FINDINGS/)
})

test('a difference stands where its interval excludes 0, with the event that made it', () => {
  expect(text).toMatch(/\nerror-ratio +L1–L0 +−22m +−20m43s +−10731 +−10731 +operation\.started abort\n/)
  expect(text).toMatch(/\nlatency +L1–L0 +– +– +\+31 +– +page\.sent at L0\n/)
})

test('what an engine finds, proposes and applies stands where it does any of it', () => {
  expect(text).not.toContain('ENGINE')
  const l1 = summary.levels[1]!
  const diagnosis = {
    ...l1.diagnosis,
    ac1: { value: 0.9, low: 0.86, high: 0.93 },
    medianS: 65,
    n: 296,
    made: 296,
    inconclusive: 20,
    confidentlyWrong: 10,
  }
  const l2 = { ...l1, level: 'L2' as const, diagnosis }
  const told = renderTerminal({ ...summary, levels: [l1, l2] }, { color: false })
  const engine = told.slice(told.indexOf('ENGINE'), told.indexOf('DIFFERENCES'))
  expect(engine).toMatch(/\nL2 +90% 86–93 +1m5s +20 +10 +– +0 +– +0 +0 +0 +0\n/)
  expect(engine).not.toContain('\nL1')
  expect(told.split('\n').filter(line => line.length > 100)).toEqual([])
})

test('families that were held out stand apart', () => {
  expect(text).not.toContain('HELD OUT')
  const heldOut = { families: ['leak', 'traffic'], levels: [summary.levels[1]!], anchors: [] }
  const told = renderTerminal({ ...summary, heldOut }, { color: false })
  expect(told.slice(told.indexOf('HELD OUT'))).toMatch(
    /^HELD OUT .*\npolicy careful\nL1 +98\.7% .*\nfamilies .*leak, traffic\n/,
  )
})

test('the answer comes first: verdict, criteria, levels; and the verdict again at the end', () => {
  const places = ['✖ fail', 'CRITERIA', 'LEVELS', 'DIFFERENCES', 'SCENARIOS', 'FINDINGS', '\n✖ fail: '].map(what =>
    text.indexOf(what),
  )
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places).not.toContain(-1)
})

test('of many criteria those that do not hold stand first, and all of them below', () => {
  const criteria = Array.from({ length: 12 }, (_, i) => ({
    ...summary.criteria[0]!,
    name: `criterion ${i}`,
    verdict: i === 7 ? ('fail' as const) : ('pass' as const),
  }))
  const told = renderTerminal({ ...summary, criteria }, { color: false })
  const [above, below] = [told.slice(0, told.indexOf('LEVELS')), told.slice(told.indexOf('LEVELS'))]
  expect(above.match(/criterion \d+/g)).toEqual(['criterion 7'])
  expect(below.match(/criterion \d+/g)).toHaveLength(12)
})

test('briefly it is the answer alone', () => {
  const brief = renderTerminal(summary, { color: false, brief: true })
  expect(brief).toContain('LEVELS')
  expect(brief).not.toMatch(/SCENARIOS|FINDINGS|log digest/)
})

test.each([80, 90, 140])('in %i columns no line but those to copy is wider, and what is left out is said', columns => {
  const lines = renderTerminal(summary, { color: false, columns }).split('\n')
  expect(lines.filter(line => line.length > columns && !line.startsWith('  carmine '))).toEqual([])
  expect(lines.some(line => line.startsWith('at this width without p95'))).toBe(columns === 80)
})

test.each([
  [{}, '✖ fail: 2 of 4 criteria hold, 1 does not, 1 undecided; 2 trials went wrong'],
  [
    { trials: { ...summary.trials, skipped: 70 } },
    '✖ fail: incomplete, 70 of 7000 trials were not run; 2 of 4 criteria hold, 1 does not, 1 undecided; 2 trials went wrong',
  ],
  [
    { criteria: [], findings: [], verdict: 'pass' as const },
    '– no criteria: it describes and decides nothing; no trial went wrong',
  ],
])('the verdict in one line, with %j', (part, line) => {
  expect(verdictLine({ ...summary, ...part }, { color: false })).toBe(line)
})
