import { expect, it } from 'vitest'
import type { RootCause } from '../model/cause.ts'
import { leaveAlone } from '../model/ground-truth.ts'
import {
  cell,
  change,
  commit,
  diagnosis,
  fold,
  foldAll,
  operation,
  page,
  serving,
  type Written,
} from './fixtures/logs.ts'

const errors: RootCause = { kind: 'errors', entity: null, change: 'deploy' }
/** Touched from 131 s, paged at 149 s, aborted at 150 s; the deploy is commit c1, beside another one. */
const story: readonly Written[] = [
  commit(60_000, 'c1', change('env RELEASE', 'a', 'b')),
  commit(61_000, 'c2', change('env OTHER', 'a', 'b')),
  serving(131_000, 2),
  cell(135_000, 3),
  page(149_000),
  ...operation(150_000, 'abort'),
]
const right = ['errors', 'checkout', 'c1'] as const
const other = ['slow requests', 'checkout', 'c2'] as const

it.each<[string, Written, object]>([
  [
    'the right cause and change',
    diagnosis(200_000, 'likely', right),
    { causeRank: 1, changeRank: 1, sinceMs: 150_000 },
  ],
  ['the revision for the commit', diagnosis(200_000, 'likely', ['errors', '', 'release/bad']), { changeRank: 1 }],
  ['the right one in second place', diagnosis(200_000, 'confirmed', other, right), { causeRank: 2, changeRank: 2 }],
  ['another cause', diagnosis(200_000, 'confirmed', other), { causeRank: null, changeRank: null, blamesRelease: true }],
  [
    'no cause, whatever stands in the list',
    diagnosis(200_000, 'inconclusive', right),
    { causeRank: null, changeRank: null, blamesRelease: false },
  ],
  [
    'something that no release does',
    diagnosis(200_000, 'likely', ['dependency', 'payments', null]),
    { causeRank: null, blamesRelease: false },
  ],
  ['nothing before the rollback', diagnosis(149_500, 'likely', right), { sinceMs: 149_000 }],
])('a diagnosis names %s', (_, made, expected) => {
  expect(fold([...story, made], undefined, errors).diagnosis).toMatchObject({ madeMs: made[0], ...expected })
})

it('is the first one after the onset, as one before it is about something else', () => {
  const both = [...story, diagnosis(125_000, 'likely', other), diagnosis(200_000, 'likely', right)]
  expect(fold(both, undefined, errors).diagnosis).toMatchObject({ madeMs: 200_000, causeRank: 1, blamesRelease: true })
  expect(fold([...story, diagnosis(125_000, 'likely', other)], undefined, errors).diagnosis?.madeMs).toBe(125_000)
  expect(fold(story, undefined, errors).diagnosis).toBeNull()
})

it('of a flag names the flag, and its change by its name', () => {
  const flag: RootCause = { kind: 'flag', entity: 'new-prices', change: 'flag/new-prices' }
  const of = (...made: Parameters<typeof diagnosis>) =>
    foldAll([cell(305_000, 9), diagnosis(...made)], leaveAlone, flag)
  const named = of(400_000, 'likely', ['flag', 'new-prices', 'flag/new-prices']).diagnosis
  expect(named).toMatchObject({ causeRank: 1, changeRank: 1, blamesRelease: false, sinceMs: 400_000 })
  expect(of(400_000, 'likely', ['flag', 'old-prices', 'flag/old-prices']).diagnosis?.causeRank).toBeNull()
})
