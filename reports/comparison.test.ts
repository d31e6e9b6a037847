import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { renderComparison } from './comparison.ts'
import { comparedRow, comparison, comparisonOf } from './fixtures/comparison.ts'

test('a comparison is a line a measure that has trials and differs, with sentences under it', () => {
  const text = renderComparison(comparison, { color: false })
  expect(text).toContain('runs/mine against runs/main')
  expect(text).toContain('careful L1 → mine L1  700 pairs of trials, of which 40 differ')
  expect(text).toMatch(/^\* recall +98% +90% +−8% +−11.5% to −5.2% +1\/25 +▼ worse$/m)
  expect(text).toMatch(/^\* fdrtS.restrictedMean +40s +42s +\+1.5s +– +3\/6 +\? cannot tell$/m)
  expect(text).not.toContain('gate.unsafe')
  expect(text).toContain('no pair differs in budget.toolCalls')
  expect(text).toContain('fdrtS.restrictedMean: about 1234 trials would tell, with 412 seeds a scenario')
})

test('what decides, with an interval without 0, is not beyond doubt where the correction asks for more', () => {
  const doubted = comparison.candidates[0]!.rows[0]!.measures.find(({ measure }) => measure === 'fdrtS.restrictedMean')!
  const text = (low: number) =>
    renderComparison(comparisonOf([comparedRow([{ ...doubted, difference: { value: 1.5, low, high: 3 } }])]), {
      color: false,
    })
  expect(text(0.1)).toMatch(/\+0.1s to \+3s .* \? not beyond doubt$/m)
  expect(text(0.1)).toContain("Holm's correction over all that decide, asks for more")
  expect(text(-0.1)).toMatch(/ \? cannot tell$/m)
  expect(text(-0.1)).not.toContain('not beyond doubt')
})

test('colour adds nothing that is not there without it', () => {
  expect(stripVTControlCharacters(renderComparison(comparison, { color: true }))).toBe(
    renderComparison(comparison, { color: false }),
  )
})

test('levels that are the same, and rows without a difference, take a line', () => {
  const none = { baseline: 8, candidate: 8, pairs: 8, different: 0 }
  const text = renderComparison(comparisonOf([comparedRow([], { trials: none }), comparedRow([], { sameAs: 'L1' })]), {
    color: false,
  })
  expect(text).toContain('careful L1 → mine L1  no difference in any of 8 pairs of trials')
  expect(text).toContain('careful L1 → mine L1  = L1')
})
