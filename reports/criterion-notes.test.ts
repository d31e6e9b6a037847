import { expect, test } from 'vitest'
import { criterionNotes } from './criterion-notes.ts'
import { summary } from './fixtures/summary.ts'

const [recall, open] = summary.criteria
const missing = { n: 240, seeds: 24, trials: 960 }
const of = (changes: Partial<typeof summary>) =>
  criterionNotes({ ...summary, wallMs: 120_000, trials: { ...summary.trials, planned: 1000 }, ...changes })

test('what is decided at once needs no words', () => {
  expect(of({ criteria: [recall!] })).toEqual([])
})

test('an open criterion says what would decide it, and what that takes at the pace of the run', () => {
  expect(of({ criteria: [{ ...open!, missing }] })).toEqual([
    "careful L1 falsePositiveRate.twins: open; about 240 trials beside its 300 would decide it (24 more seeds, 960 trials, about 1m55s at this run's pace)",
  ])
  expect(of({ criteria: [open!] })[0]).toMatch(/: open, and too near to the bound/)
  expect(of({ criteria: [{ ...open!, n: 0 }] })[0]).toMatch(/: open, as no trial/)
})

test('a run that ended early says where, and when each criterion was decided', () => {
  const criteria = [
    { ...recall!, look: 2, n: 60, confidence: 0.99375 },
    { ...open!, missing },
  ]
  expect(of({ criteria, looks: { planned: [5, 10, 20], taken: 3 } })).toEqual([
    'ended at look 3 of 3: 20 of 20 seeds',
    'careful L1 recall: decided at look 2 (10 seeds) on 60 trials, at 99.38% confidence',
    expect.stringMatching(/^careful L1 falsePositiveRate.twins: open;/),
  ])
})
