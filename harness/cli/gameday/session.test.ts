import { expect, test } from 'vitest'
import type { TrialEvent } from '../../model/event.ts'
import { InvalidInput } from '../../model/problem.ts'
import { scenarioOf } from '../../run/fixtures/trials.ts'
import { shownLine } from './orders.ts'
import { startSession } from './session.ts'

/** A game in which these events come when they are due, and everything is done. */
function sessionWith(events: readonly [number, string, object][]) {
  let left = events.map(([t, type, data]) => ({ seq: 0, t, type, data }) as unknown as TrialEvent)
  let nowMs = 0
  const session = startSession({
    world: {
      isReal: true,
      services: ['checkout', 'payments'],
      play(toMs) {
        nowMs = toMs
      },
      perform: () => '',
      look: async () => [],
      inject: async () => 'it cannot',
      takeEvents() {
        const due = left.filter(({ t }) => t <= nowMs)
        left = left.filter(({ t }) => t > nowMs)
        return due
      },
    },
    bucketsS: [],
    tell() {},
    loadScenario(word) {
      if (word === 'latency') return scenarioOf('latency')
      throw new InvalidInput([{ file: 'inject', line: 1, column: 1, message: `no \`${word}\``, severity: 'error' }])
    },
  })
  return session
}

test('an answer has the time that it took, from the first page or the question', async () => {
  const target = { kind: 'Rollout', namespace: 'shop', name: 'checkout' }
  const action = { class: 'restartPod', target, pod: 'a' }
  const page = { effectId: 'p', blames: null, reason: 'errors' }
  const question = { effectId: 'q', incident: 'i', action: JSON.stringify(action) }
  const session = sessionWith([
    [10_000, 'page.sent', page],
    [15_000, 'page.sent', page],
    [20_000, 'approval.asked', question],
  ])
  session.goTo(22_000)
  expect(await session.carryOut('ack')).toMatchObject({ done: true, tookMs: 12_000 })
  session.goTo(25_000)
  expect(await session.carryOut('approve 1')).toMatchObject({ done: true, tookMs: 5000 })
  expect((await session.carryOut('abort')).tookMs).toBeUndefined()
})

test.each(['inject latency', 'inject nothing-of-that-name'])('what is read of `%s` names no scenario', async line => {
  const { done, lines } = await sessionWith([]).carryOut(line)
  expect(done).toBe(false)
  expect([shownLine(line), ...lines].join('\n')).not.toMatch(/latency|nothing-of/)
})

test.each([
  ['inject latency', 'inject …'],
  ['inj late', 'inj …'],
  ['  inject  late', 'inject …'],
  ['inject', 'inject'],
  ['note inject latency', 'note inject latency'],
])('the line %j is shown as %j', (line, shown) => {
  expect(shownLine(line)).toBe(shown)
})

test('the logs of a service that is not there are not looked at', async () => {
  const { lines, done } = await sessionWith([]).carryOut('look logs payment')
  expect(done).toBe(false)
  expect(lines).toEqual(['there is no service `payment`; did you mean `payments`?'])
})
