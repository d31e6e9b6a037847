import { expect, test } from 'vitest'
import type { Actor } from '../../harness/model/effect.ts'
import { type WhoAborted, whoAborted } from './who-aborted.ts'

// Messages as Argo Rollouts v1.9.1 wrote them into status.message.
const byPatch = 'RolloutAborted: Rollout aborted update to revision 2'
const byArgo = `${byPatch}: Metric "error-rate" assessed Failed due to failed (4) > failureLimit (3)`
const set = { ok: true, message: 'status.abort set' }
const late = { ok: true, message: `already aborted: ${byArgo}` }

/** What was sent and answered before the controller's message was seen. */
const cases: readonly [string, (aborts: WhoAborted) => void, string, Actor][] = [
  ['the engine alone', aborts => [aborts.sent('b', 'engine'), aborts.answered('b', 'engine', set)], byPatch, 'engine'],
  ['the engine, seen before its answer', aborts => aborts.sent('b', 'engine'), byPatch, 'engine'],
  ['Argo alone', () => undefined, byArgo, 'argo'],
  [
    'Argo, before the engine',
    aborts => [aborts.sent('b', 'engine'), aborts.answered('b', 'engine', late)],
    byArgo,
    'argo',
  ],
  ['Argo, while the request of the engine is on its way', aborts => aborts.sent('b', 'engine'), byArgo, 'argo'],
  ['somebody by hand', () => undefined, byPatch, 'human'],
  [
    'somebody by hand, before the engine',
    aborts => [
      aborts.sent('b', 'engine'),
      aborts.answered('b', 'engine', { ok: true, message: `already aborted: ${byPatch}` }),
    ],
    byPatch,
    'human',
  ],
  [
    'a person in the trial, before the engine',
    aborts => [
      aborts.sent('b', 'human'),
      aborts.sent('b', 'engine'),
      aborts.answered('b', 'human', set),
      aborts.answered('b', 'engine', late),
    ],
    byPatch,
    'human',
  ],
  ['the engine aborted another version', aborts => aborts.answered('a', 'engine', set), byPatch, 'human'],
]

test.each(cases)('%s', (_, happened, message, actor) => {
  const aborts = whoAborted()
  happened(aborts)
  expect(aborts.of('b', message)).toBe(actor)
})

test('the next abort of a version that was tried again is another one', () => {
  const aborts = whoAborted()
  aborts.sent('b', 'engine')
  aborts.answered('b', 'engine', set)
  aborts.forget('b')
  expect(aborts.of('b', byPatch)).toBe('human')
})
