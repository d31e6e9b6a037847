import { expect, test } from 'vitest'
import type { TrialEvent } from '../../harness/model/event.ts'
import { rowOf, scenarioOf, trialOf } from '../../harness/run/fixtures/trials.ts'
import { waitsOf } from './waits.ts'

function eventsAt(...happened: readonly [t: number, type: string, data?: object][]): TrialEvent[] {
  return happened.map(([t, type, data = {}], seq) => ({ seq, t, type, data }) as unknown as TrialEvent)
}

test('a wait lasts from the last thing that it begins with to its end', () => {
  const events = eventsAt([0, 'page.sent'], [5, 'page.sent'], [65, 'page.acknowledged'], [95, 'person.looked'])
  expect(waitsOf(events)).toEqual([
    { what: 'to acknowledge the page', fromMs: 5, toMs: 65 },
    { what: 'to look', fromMs: 65, toMs: 95 },
  ])
})

test('what has no beginning or no end is not told', () => {
  expect(waitsOf(eventsAt([0, 'person.looked'], [1, 'page.sent'], [2, 'approval.asked']))).toEqual([])
})

test('in a real trial no wait ends before it begins, and people are waited for', () => {
  const { events } = trialOf(scenarioOf('bad-value'), { row: rowOf('careful', 'L3') })
  const waits = waitsOf(events)
  expect(waits.map(({ what }) => what)).toContain('to acknowledge the page')
  for (const { fromMs, toMs } of waits) expect(toMs).toBeGreaterThanOrEqual(fromMs)
})
