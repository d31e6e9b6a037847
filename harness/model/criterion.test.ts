import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import * as z from 'zod'
import { criterionText, parseCriterion } from './criterion.ts'
import { criterionOf } from './fixtures/criteria.ts'
import { measureKinds, measures } from './measures.ts'

describe('a criterion', () => {
  it.each([
    ['L1 fdrtS.p95 <= 300', { level: 'L1', measure: 'fdrtS.p95', operator: '<=', bound: 300, of: null }],
    ['L1 fdrtS.p95 <= 5m', { bound: 300 }],
    ['L1 timeToDetectS.median < 1500ms', { bound: 1.5 }],
    ['L1 falseActionRate.twins < 0.01', { measure: 'falseActionRate.twins', operator: '<', bound: 0.01 }],
    ['L1 falseActionRate.twins < 1%', { bound: 0.01 }],
    ['L1 recall>=99.9%', { operator: '>=', bound: 0.999 }],
    ['  L2   recall >\t95 % ', { text: 'L2 recall > 95 %', level: 'L2', operator: '>', bound: 0.95 }],
    ['L2 recall >= 0.95 in latency', { of: { type: 'family', name: 'latency' } }],
    ['L2 recall >= 0.95 in family latency', { of: { type: 'family', name: 'latency' } }],
    ['L2 recall >= 0.95 in scenario hang', { of: { type: 'scenario', name: 'hang' } }],
    ['L2 recall >= 0.95 in scenario', { of: { type: 'family', name: 'scenario' } }],
    ['L1 harm.badRequests <= 2e4', { bound: 20_000 }],
    ['L1 harm.budgetBurn <= 150%', { bound: 1.5 }],
    ['L1 harm.goodReleaseMinutesLost < 90s', { bound: 1.5 }],
    ['L1 harm.goodReleaseMinutesLost < 1.5', { bound: 1.5 }],
    ['L1 alarmsPerHealthyHour < 0.01', { bound: 0.01 }],
  ])('reads %j', (text, expected) => {
    expect(criterionOf(text)).toMatchObject(expected)
  })

  it.each<[string, ...[column: number, said: RegExp][]]>([
    ['L1 recal >= 0.9', [4, /`recal` is not a measure \(did you mean `recall`\?\)/]],
    ['L1 badRequests <= 9', [4, /did you mean `harm.badRequests`\?/]],
    ['L1 fdrtS.p59 <= 9', [4, /did you mean `fdrtS.p95`\?/]],
    ['L1 fdrtS <= 300', [4, /there are fdrtS.median, fdrtS.p95, fdrtS.restrictedMean/]],
    ['L1 fdrt <= 300', [4, /there are fdrtS.median, fdrtS.p95/]],
    ['L1 happiness > 1', [4, /`carmine list measures` has them all/]],
    ['L9 recall >= 0.9', [1, /`L9` is not a level \(did you mean `L0`\?\)/]],
    ['recall >= 0.9', [1, /a level is missing before the measure/]],
    ['L1 >= 0.9', [10, /a measure is missing/]],
    ['L1 recall => 0.9', [11, /`=>` is not an operator \(did you mean `>=`\?\)/]],
    ['L1 recall ≥ 0.9', [11, /did you mean `>=`\?/]],
    ['L1 recall = 0.9', [11, /operators are < <= > >=/]],
    ['L1 recall 0.9', [11, /an operator is missing before the bound/]],
    ['L1 recall >=', [13, /a bound is missing .*a share, such as 5% or 0.05/]],
    ['L1 recall >= 95', [14, /a share.*not by `95` \(did you mean `95%`\?\)/]],
    ['L1 recall >= 5m', [14, /a share.*not by `5m`$/]],
    ['L1 fdrtS.p95 <= 5%', [17, /a duration such as 5m, and not by `5%`$/]],
    ['L1 fdrtS.p95 <= 5min', [17, /did you mean `5m`\?/]],
    ['L1 fdrtS.p95 <= 5sec', [17, /did you mean `5s`\?/]],
    ['L1 recall >= -1', [14, /not by `-1`/]],
    ['L1 recall >= 0.9 0.8', [18, /`0.8` is one word too many after the bound/]],
    ['L1 recall >= 0.9 on latency', [18, /`on` is one word too many.*in FAMILY/]],
    ['L1 recall >= 0.9 in', [20, /a family is missing/]],
    ['L1 recall >= 0.9 in latency too', [29, /`too` is one word too many/]],
    ['L1 worst recall >= 0.9', [4, /`worst` is not a measure/], [10, /`recall` is one word too many/]],
    ['L1 diagnosis.ac1 >= 80%', [1, /diagnosis.ac1 has no trials at L1 \(it begins at L2\)/]],
    ['L4 gate.unsafe <= 0', [19, /no number of trials shows a share <= 0/]],
    ['L1 recall >= 100%', [14, /no number of trials/]],
    ['L1 recall >= 0', [14, /every share is so/]],
    ['L7 recal =< 5', [1, /not a level/], [4, /not a measure/], [10, /did you mean `<=`/]],
    ['', [1, /reads `L1 recall >= 95%`/]],
  ])('%j is told what is wrong with it, and where', (text, ...expected) => {
    const { faults } = parseCriterion(text)
    const told = faults.map(({ offset, message, hint }) => [
      offset + 1,
      `${message}${hint === undefined ? '' : ` (${hint})`}`,
    ])
    expect(told).toEqual(expected.map(([column, said]) => [column, expect.stringMatching(said)]))
  })

  test('every measure can be bounded, and its canonical text reads the same', () => {
    const operators = ['<', '<=', '>', '>='] as const
    fc.assert(
      fc.property(
        fc.constantFrom(...measures),
        fc.constantFrom(...operators),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.constantFrom('', ' in latency', ' in scenario hang'),
        (measure, operator, bound, scope) => {
          const text = `${measureKinds[measure].from} ${measure} ${operator} ${bound.toFixed(4)}${scope}`
          const read = criterionOf(text)
          expect(read).toMatchObject({ text, measure, operator, bound: Number(bound.toFixed(4)) })
        },
      ),
    )
  })

  test('no text makes the reader throw', () => {
    const word = fc.constantFrom(
      'L1',
      'recall',
      '>=',
      '<',
      '=',
      '5%',
      '%',
      'in',
      'scenario',
      'fdrtS.p95',
      '5m',
      ' ',
      'é',
      '≤',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word).map(words => words.join(' ')),
        ),
        text => {
          const { criterion, faults } = parseCriterion(text)
          expect(criterion === undefined).toBe(faults.length > 0)
          for (const { offset } of faults) expect(offset).toBeLessThanOrEqual(text.length)
        },
      ),
    )
  })
})

test('the JSON Schema takes what the reader takes, and shows examples', () => {
  const { pattern, examples } = z.toJSONSchema(criterionText, { io: 'input' })
  for (const example of examples as string[]) {
    expect(parseCriterion(example).faults).toEqual([])
    expect(example).toMatch(new RegExp(pattern!))
  }
  for (const wrong of ['L1 recal >= 1%', 'L5 recall >= 1%', 'L1 recall = 1%', 'L1 recall >= x'])
    expect(wrong).not.toMatch(new RegExp(pattern!))
})
