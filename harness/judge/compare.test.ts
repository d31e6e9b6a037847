import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type CompareOptions, compareRows, type RowTrials, verdictOf } from './compare.ts'
import { comparedMeasures } from './compared-measures.ts'
import type { MeasureComparison } from './comparison.ts'
import { judgeTrials } from './evidence.ts'
import { calm, falselyReverted, faultyScenario, reverted, scareScenario, trial, unnoticed } from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'

const scenarios = [
  faultyScenario('bad-config'),
  faultyScenario('bad-image'),
  scareScenario('busy'),
  scareScenario('idle'),
]
const seeds = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i)
const options: CompareOptions = { paired: true, heldOut: [], seed: 1, seeds: 40 }

type Of = (seed: number, scenario: string) => TrialFacts
interface Policy {
  readonly faulty?: Of
  readonly twin?: Of
  readonly scare?: Of
}

/** A row of one policy, with the null policy's runs beside it. */
function row(
  name: string,
  { faulty = () => reverted, twin = () => calm, scare = () => calm }: Policy,
  of = seeds(1, 40),
) {
  const trials = of.flatMap(seed =>
    scenarios.flatMap(scenario => {
      const scares = scenario.scare !== undefined
      const control = trial(
        scenario.name,
        scares ? 'scare' : 'twin',
        seed,
        [name, 'L1'],
        (scares ? scare : twin)(seed, scenario.name),
      )
      const nullControl = trial(scenario.name, scares ? 'scare' : 'twin', seed, ['null', 'L1'], calm)
      return scares
        ? [control, nullControl]
        : [
            control,
            nullControl,
            trial(scenario.name, 'faulty', seed, [name, 'L1'], faulty(seed, scenario.name)),
            trial(scenario.name, 'faulty', seed, ['null', 'L1'], unnoticed),
          ]
    }),
  )
  const judged = judgeTrials(trials, scenarios)
  return { policy: name, level: 'L1' as const, trials: judged.filter(one => one.trial.policy === name) }
}

function compared(
  baseline: RowTrials['baseline'],
  candidate: RowTrials['candidate'],
  with_: Partial<CompareOptions> = {},
) {
  const { rows, verdict } = compareRows([{ baseline, candidate }], { ...options, ...with_ })
  const measure = (name: string): MeasureComparison => rows[0]!.measures.find(one => one.measure === name)!
  return { row: rows[0]!, verdict, measure }
}

const slower = (byMs: number): TrialFacts => ({
  ...reverted,
  recoveredMs: reverted.recoveredMs! + byMs,
  decisive: `${byMs}`,
})

describe('a policy against itself', () => {
  const { row: itself, verdict, measure } = compared(row('careful', {}), row('careful', {}))
  it('differs in no pair', () => {
    expect(verdict).toBe('same')
    expect(itself.trials).toEqual({ baseline: 240, candidate: 240, pairs: 240, different: 0 })
    expect(measure('recall')).toMatchObject({
      answer: 'same',
      p: 1,
      pairs: { better: 0, worse: 0 },
      n: { baseline: 80, candidate: 80 },
    })
  })
  it('has no answer where a measure has no trials', () => {
    expect(measure('gate.unsafe')).toMatchObject({ p: null, values: { baseline: null, candidate: null } })
  })
})

test.each([
  ['recall', { faulty: (seed: number) => (seed % 4 === 0 ? unnoticed : reverted) }],
  ['falsePositiveRate.twins', { twin: (seed: number) => (seed % 4 === 0 ? falselyReverted : calm) }],
  ['falseActionRate.twins', { twin: (seed: number) => (seed % 4 === 0 ? falselyReverted : calm) }],
  [
    'falsePositiveRate.worstScare',
    { scare: (seed: number, name: string) => (name === 'busy' && seed % 2 === 0 ? falselyReverted : calm) },
  ],
  ['fdrtS.restrictedMean', { faulty: (seed: number) => slower(seed * 1000) }],
  ['harm.badRequests', { faulty: (seed: number) => ({ ...reverted, badRequests: 190 + seed }) }],
] as const)('a policy that is worse in %s is a regression, and better the other way round', (name, policy) => {
  const forth = compared(row('careful', {}), row('careful', policy))
  expect(forth.verdict).toBe('regress')
  expect(forth.measure(name).answer).toBe('worse')
  const back = compared(row('careful', policy), row('careful', {}))
  expect(back.verdict).toBe('better')
  expect(back.measure(name)).toMatchObject({ answer: 'better', p: forth.measure(name).p })
  expect(back.measure(name).difference.value).toBeCloseTo(-forth.measure(name).difference.value!, 9)
})

test('what only informs makes no regression', () => {
  const { verdict, measure } = compared(row('careful', {}), row('careful', { twin: () => ({ ...calm, toolCalls: 9 }) }))
  expect(measure('budget.toolCalls').answer).toBe('worse')
  expect(verdict).toBe('same')
})

test('a rate is told by McNemar: of six pairs that part one way the mid-p is 1/64, and it is held against the other deciding ones', () => {
  const { verdict, measure } = compared(
    row('careful', {}),
    row('careful', { faulty: seed => (seed <= 3 ? { ...unnoticed } : reverted) }),
  )
  const recall = measure('recall')
  expect(recall).toMatchObject({ pairs: { better: 0, worse: 6 }, values: { baseline: 1, candidate: 74 / 80 } })
  expect(recall.p).toBeCloseTo(1 / 64, 12)
  // It is not alone in getting worse, and eight measures decide at L1.
  expect(recall.adjustedP).toBeGreaterThan(5 / 64)
  expect(recall.answer).toBe('cannot tell')
  expect(recall.trialsToTell).toBeGreaterThan(80)
  expect(recall.seedsToTell).toBeGreaterThan(40)
  expect(verdict).toBe('cannot tell')
})

test('the worst scare is the one that got worst, whatever the others did, and pays for the choice', () => {
  const some = (name: string) => (seed: number, of: string) => (of === name && seed <= 20 ? falselyReverted : calm)
  const { measure } = compared(row('careful', { scare: some('idle') }), row('careful', { scare: some('busy') }))
  expect(measure('falsePositiveRate.worstScare')).toMatchObject({
    scenario: 'busy',
    answer: 'worse',
    values: { baseline: 0, candidate: 0.5 },
  })
  expect(measure('falsePositiveRate.worstScare').p).toBeCloseTo(2 * 2 ** -20, 9)
})

test('times count what never came at the shortest follow-up, and never the successes alone', () => {
  const { measure } = compared(
    row('careful', {}),
    row('careful', {
      faulty: (seed, name) => (name === 'bad-image' && seed <= 20 ? { ...reverted, recoveredMs: null } : reverted),
    }),
  )
  // 36 s after onset, or a day after the trial's start: 86,270 s after it.
  expect(measure('fdrtS.restrictedMean').values).toEqual({ baseline: 36, candidate: (60 * 36 + 20 * 86_270) / 80 })
  expect(measure('fdrtS.restrictedMean').worstScenario).toMatchObject({ scenario: 'bad-image', answer: 'worse' })
})

test('what scenarios differ in is no noise', () => {
  const shift = (name: string) => (name === 'bad-image' ? 3_600_000 : 0)
  const jitter = (seed: number) => (seed % 7) * 10_000
  const { measure } = compared(
    row('careful', {}),
    row('careful', { faulty: (seed, name) => slower(shift(name) + jitter(seed)) }),
  )
  const { difference } = measure('fdrtS.restrictedMean')
  expect(difference.high! - difference.low!).toBeLessThan(20)
  expect(difference.low).toBeLessThan(1800 + 30)
  expect(difference.high).toBeGreaterThan(1800 + 25)
})

test('however large a difference, four pairs of one scenario tell nothing', () => {
  const { measure } = compared(
    row('careful', {}),
    row('careful', { faulty: (seed, name) => (name === 'bad-image' && seed <= 4 ? slower(1e7) : reverted) }),
  )
  expect(measure('fdrtS.restrictedMean').p).toBeGreaterThanOrEqual(1 / 8)
  expect(measure('fdrtS.restrictedMean').answer).toBe('cannot tell')
})

test('families stand apart, and a held-out one is in nothing else', () => {
  const worse = (_: number, name: string) => (name === 'busy' ? falselyReverted : calm)
  const held = compared(row('careful', {}), row('careful', { scare: worse }), { heldOut: ['family'] })
  expect(held.row.families).toHaveLength(1)
  expect(held.row.families[0]).toMatchObject({ family: 'family', heldOut: true })
  expect(held.row.families[0]!.measures.find(one => one.measure === 'falsePositiveRate.worstScare')).toMatchObject({
    answer: 'worse',
    decides: false,
  })
  expect(held.measure('falsePositiveRate.worstScare').p).toBeNull()
  expect(held.verdict).toBe('cannot tell')
})

test('rows that are the same as one before decide nothing again', () => {
  const [baseline, candidate] = [
    row('careful', {}),
    row('careful', { faulty: seed => (seed <= 10 ? unnoticed : reverted) }),
  ]
  const atL2 = (one: RowTrials['baseline']): RowTrials['baseline'] => ({ ...one, level: 'L2' })
  const twice = compareRows(
    [
      { baseline, candidate },
      { baseline: atL2(baseline), candidate: atL2(candidate) },
    ],
    options,
  )
  expect(twice.rows.map(({ sameAs }) => sameAs)).toEqual([null, 'L1'])
  const [once] = compareRows([{ baseline, candidate }], options).rows
  expect(twice.rows[0]!.measures).toEqual(once!.measures)
})

describe('without common seeds', () => {
  const unpaired = { paired: false, seeds: 40 }
  it('all trials of one are compared with all of the other', () => {
    const {
      row: one,
      verdict,
      measure,
    } = compared(
      row('careful', {}),
      row('careful', { faulty: seed => (seed % 4 === 0 ? unnoticed : reverted) }, seeds(1001, 40)),
      unpaired,
    )
    expect(one.trials).toEqual({ baseline: 240, candidate: 240, pairs: null, different: null })
    expect(measure('recall')).toMatchObject({ answer: 'worse', pairs: null })
    expect(verdict).toBe('regress')
  })
  it('nothing is ever the same, and a constant is not told from itself', () => {
    const { verdict, measure } = compared(row('careful', {}), row('careful', {}, seeds(1001, 40)), unpaired)
    expect(verdict).toBe('cannot tell')
    expect(measure('fdrtS.restrictedMean')).toMatchObject({ p: 1, answer: 'cannot tell', trialsToTell: null })
  })
})

test('a regression outweighs what got better, and that what cannot be told', () => {
  const answers = ['worse', 'better', 'same', 'cannot tell'] as const
  fc.assert(
    fc.property(
      fc.array(fc.record({ answer: fc.constantFrom(...answers), decides: fc.boolean(), p: fc.constant(0.5) }), {
        maxLength: 6,
      }),
      measures => {
        const seen = measures.filter(one => one.decides).map(({ answer }) => answer)
        const verdict = verdictOf(measures)
        expect(verdict === 'regress').toBe(seen.includes('worse'))
        expect(verdict === 'better').toBe(seen.includes('better') && !seen.includes('worse'))
        expect(verdict === 'same').toBe(seen.length > 0 && seen.every(answer => answer === 'same'))
      },
    ),
  )
})

test('docs/compare.md names the measures that decide', () => {
  const page = readFileSync(new URL('../../docs/compare.md', import.meta.url), 'utf8')
  const named = [...page.matchAll(/^- `(.+)`$/gm)].map(([, name]) => name)
  expect(named).toEqual(comparedMeasures.filter(({ decides }) => decides).map(({ name }) => name))
})
