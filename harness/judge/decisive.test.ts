import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decisiveEvents, firstDeedMs, firstDifference } from './decisive.ts'
import { cell, diagnosis, fold, operation, page, updated } from './fixtures/logs.ts'

const read = [400_000, 'diagnosis.read', { incident: 'i1', believed: true }] as const

it('hold what people and cluster do, and nothing that an engine only thinks', () => {
  const { decisive } = fold([
    cell(135_000, 3),
    page(150_000),
    diagnosis(200_000, 'likely'),
    read,
    ...operation(151_000, 'abort'),
  ])
  expect(decisiveEvents(decisive)).toEqual([
    { t: 120_000, what: 'release.updated deploy' },
    { t: 150_000, what: 'page.sent' },
    { t: 151_000, what: 'operation.started abort' },
    { t: 151_250, what: 'rollout.aborted by engine' },
    { t: 400_000, what: 'diagnosis.read' },
  ])
  expect(firstDeedMs(decisive)).toBe(151_000)
  expect(firstDeedMs(fold([page(150_000)]).decisive)).toBeNull()
})

it('tell a person from the engine', () => {
  expect(fold(operation(151_000, 'scale', { actor: 'human' })).decisive).toContain('operation.started scale by human')
})

it.each([
  ['1 page.sent', '1 page.sent', undefined],
  ['1 page.sent\n9 cause.found', '1 page.sent\n5 diagnosis.read', { what: 'diagnosis.read', of: 'other' }],
  ['1 page.sent\n5 cause.found', '1 page.sent\n9 cause.found', { what: 'cause.found', of: 'one' }],
  ['1 page.sent', '1 page.sent\n5 diagnosis.read', { what: 'diagnosis.read', of: 'other' }],
  ['1 page.sent\n5 diagnosis.read', '1 page.sent', { what: 'diagnosis.read', of: 'one' }],
  ['1 operation.started hold\n5 operation.started abort', '', { what: 'operation.started abort', of: 'one' }],
  ['', '1 operation.started hold\n5 operation.started resume', { what: 'operation.started hold', of: 'other' }],
  ['', '1 page.sent', { what: 'page.sent', of: 'other' }],
] as const)('%j and %j part at %j', (one, other, expected) => {
  expect(firstDifference(one, other)).toEqual(expected)
})

it('part at the same event whichever stands first', () => {
  const log = fc.array(fc.record({ t: fc.nat(9), what: fc.constantFrom('a', 'b') }), { maxLength: 6 }).map(events =>
    events
      .toSorted((a, b) => a.t - b.t)
      .map(({ t, what }) => `${t} ${what}`)
      .join('\n'),
  )
  fc.assert(
    fc.property(log, log, (one, other) => {
      const [there, back] = [firstDifference(one, other), firstDifference(other, one)]
      expect(there === undefined).toBe(one === other)
      // Two events at the same time are both the first difference.
      const times = [one, other].map(text => decisiveEvents(text))
      const i = times[0]!.findIndex((event, at) => JSON.stringify(event) !== JSON.stringify(times[1]![at]))
      if (i !== -1 && times[0]![i]!.t === times[1]![i]?.t) return
      expect(back?.what).toBe(there?.what)
    }),
  )
})

it('are empty where nothing happens', () => {
  expect(decisiveEvents('')).toEqual([])
  expect(fold([updated(200_000, 'fix', 'good')]).decisive).toContain('200000 release.updated fix')
})
