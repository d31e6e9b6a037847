import { expect, it } from 'vitest'
import { leaveAlone, type Remedy } from '../model/ground-truth.ts'
import { foldAll, gated, operation, verified, type Written } from './fixtures/logs.ts'

const none = { requested: 0, applied: 0, unwarranted: 0, harmful: 0, undone: 0, remediesAsked: 0, overBlocked: 0 }
const renamed = (effectId: string, written: Written[]) =>
  written.map(([t, type, data]) => [t, type, { ...data, effectId }] as unknown as Written)

it.each<[string, Remedy[], Written[], object]>([
  ['nothing', [], [], {}],
  [
    'a remedy that was let pass',
    ['scale'],
    [gated(200_000, 'scale', 'allow'), ...operation(200_000, 'scale')],
    { requested: 1, applied: 1, remediesAsked: 1 },
  ],
  [
    'what remedies nothing',
    [],
    [gated(200_000, 'scale', 'allow'), ...operation(200_000, 'scale')],
    { requested: 1, applied: 1, unwarranted: 1 },
  ],
  ['what is said to make it worse', [], operation(200_000, 'retry'), { applied: 1, unwarranted: 1, harmful: 1 }],
  [
    'the same, undone after it was verified',
    [],
    [
      gated(200_000, 'scale', 'allow'),
      ...renamed('a1', operation(200_000, 'scale')),
      verified(300_000, 'a1', 'worse'),
      ...renamed('a2', operation(300_000, 'scale')),
    ],
    { requested: 1, applied: 1, undone: 1 },
  ],
  [
    'an undoing that the API refused',
    [],
    [
      ...renamed('a1', operation(200_000, 'scale')),
      verified(300_000, 'a1', 'worse'),
      ...renamed('a2', operation(300_000, 'scale', { ok: false })),
    ],
    { applied: 1, unwarranted: 1 },
  ],
  [
    'what is said to make it worse, undone after it was verified',
    [],
    [
      ...renamed('a1', operation(200_000, 'widenThreshold')),
      verified(300_000, 'a1', 'worse'),
      ...renamed('a2', operation(300_000, 'widenThreshold')),
    ],
    { applied: 1, unwarranted: 1, harmful: 1, undone: 1 },
  ],
  [
    'two pods, of which the first cannot be made undone',
    ['restartPod'],
    [
      ...renamed('a1', operation(200_000, 'restartPod')),
      verified(300_000, 'a1', 'unknown'),
      ...renamed('a2', operation(300_000, 'restartPod')),
    ],
    { applied: 2 },
  ],
  ['what the API refused', [], operation(200_000, 'retry', { ok: false }), {}],
  ['what a person did', [], operation(200_000, 'scale', { actor: 'human' }), {}],
  [
    'a remedy that was never let pass',
    ['scale'],
    [gated(200_000, 'scale', 'deny'), gated(260_000, 'scale', 'deny')],
    { requested: 2, remediesAsked: 1, overBlocked: 1 },
  ],
  [
    'a remedy that waited for a person',
    ['scale'],
    [gated(200_000, 'scale', 'deny'), gated(260_000, 'scale', 'ask')],
    { requested: 2, remediesAsked: 1 },
  ],
  ['what was rightly blocked', ['scale'], [gated(200_000, 'retry', 'deny')], { requested: 1 }],
])('the gate and %s', (_, remedies, written, expected) => {
  expect(foldAll(written, { ...leaveAlone, remedies, harmful: ['retry', 'widenThreshold'] }).gate).toEqual({
    ...none,
    ...expected,
  })
})
