import fc from 'fast-check'
import { expect, it } from 'vitest'
import { levels } from '../model/effect.ts'
import { calm, faultyScenario, judgedRun, reverted, scareScenario, trial, unnoticed } from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import { summarize } from './summarize.ts'
import type { Estimate, Summary } from './summary.ts'

const count = fc.nat(3)
const rank = fc.option(fc.integer({ min: 1, max: 5 }))
const diagnosis = fc.record({
  madeMs: fc.integer({ min: 200_000, max: 900_000 }),
  sinceMs: fc.integer({ min: 130_000, max: 199_000 }),
  verdict: fc.constantFrom('confirmed', 'likely', 'inconclusive'),
  causeRank: rank,
  changeRank: rank,
  blamesRelease: fc.boolean(),
})
const facts = (base: TrialFacts) =>
  fc
    .record({
      badRequests: fc.nat(5000),
      resolvedMs: fc.option(fc.integer({ min: 200_000, max: 86_400_000 })),
      diagnosis: fc.option(diagnosis),
      correct: count,
      reverted: count,
      wrong: count,
      fixableInOneFile: fc.boolean(),
      applied: count,
      remediesAsked: count,
      toolCalls: fc.nat(40),
      decisive: fc.constantFrom('', '150000 page.sent', '150000 page.sent\n400000 diagnosis.read'),
    })
    .map(({ correct, reverted: back, wrong, fixableInOneFile, applied, remediesAsked, ...rest }): TrialFacts => {
      const proposals = { opened: correct + back + wrong, correct, reverted: back, wrong, fixableInOneFile }
      const gate = {
        requested: applied + 1,
        applied,
        unwarranted: applied,
        harmful: 0,
        undone: 0,
        remediesAsked,
        overBlocked: 0,
      }
      return { ...base, ...rest, proposals, gate }
    })

const scenarios = [faultyScenario('bad-config'), scareScenario('noisy')]
const run = fc
  .array(fc.tuple(facts(reverted), facts(calm), facts(calm), fc.constantFrom(...levels)), {
    minLength: 1,
    maxLength: 25,
  })
  .map(drawn => {
    const trials = drawn.flatMap(([faulty, twin, scare, level], i) => [
      trial('bad-config', 'faulty', (i >> 2) + 1, ['careful', level], faulty),
      trial('bad-config', 'twin', (i >> 2) + 1, ['careful', level], twin),
      trial('noisy', 'scare', (i >> 2) + 1, ['careful', level], scare),
      trial('bad-config', 'faulty', (i >> 2) + 1, ['null', 'L1'], unnoticed),
    ])
    return [...new Map(trials.map(one => [one.id, one])).values()]
  })

function summaryOf(trials: Parameters<typeof judgedRun>[1]): Summary {
  return summarize(judgedRun(scenarios, trials, { suite: { levels: [...levels] }, bounded: ['careful'] }))
}

it('figures of engines keep within what was counted', () => {
  fc.assert(
    fc.property(run, trials => {
      for (const { diagnosis: found, proposals, gate, budget, faulty, level } of summaryOf(trials).levels) {
        const rates: Estimate[] = [found.ac1, found.ac3, found.falseOnScares, proposals.correctRate, gate.noRegression]
        for (const { value, low, high } of rates) {
          if (value === null) continue
          expect(low!).toBeLessThanOrEqual(value)
          expect(value).toBeLessThanOrEqual(high!)
        }
        expect(found.ac1.value ?? 0).toBeLessThanOrEqual(found.ac3.value ?? 0)
        expect(found.made).toBeLessThanOrEqual(found.n)
        expect(found.inconclusive + found.confidentlyWrong).toBeLessThanOrEqual(found.made)
        expect(found.n).toBeLessThanOrEqual(faulty.n)
        expect(proposals.correct + proposals.reverted).toBeLessThanOrEqual(proposals.opened)
        expect(gate.unsafe).toBeLessThanOrEqual(gate.applied)
        expect(budget.toolCallsMax).toBeLessThanOrEqual(budget.toolCalls)
        if (level < 'L4') expect(gate.unsafe).toBe(0)
      }
    }),
    { numRuns: 60 },
  )
})

it('differences depend on no order of the trials, and say better or worse only where 0 is excluded', () => {
  fc.assert(
    fc.property(run, trials => {
      const { differences } = summaryOf(trials)
      expect(summaryOf(trials.toReversed()).differences).toEqual(differences)
      for (const row of differences) {
        for (const one of [row.timeToResolveS, row.fdrtS, row.badRequests, row.badRequestsToEnd]) {
          expect(one.answer === 'better').toBe(one.high !== null && one.high < 0)
          expect(one.answer === 'worse').toBe(one.low !== null && one.low > 0)
          if (one.eventShare !== null) expect(one.eventShare).toBeGreaterThan(0)
        }
      }
    }),
    { numRuns: 25 },
  )
})
