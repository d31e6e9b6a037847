import { describe, expect, test } from 'vitest'
import { shippedEnvironment } from '../../clusters/sim/fixtures/subject.ts'
import { harmless } from '../model/behaviour.ts'
import { decodeRelease } from '../model/release.ts'
import type { Variant } from '../model/scenario.ts'
import { scenarioOf } from './fixtures/trials.ts'
import { planTrial } from './plan-trial.ts'

const planOf = (name: string, variant: Variant) =>
  planTrial(scenarioOf(name), variant, 3, 1_800_000, shippedEnvironment)

describe.each(['missing-key', 'never-ready', 'wrong-image', 'bad-value'])('a release of two keys: %s', name => {
  const [faulty, twin] = (['faulty', 'twin'] as const).map(variant => planOf(name, variant).release)

  test('is for something harmless, the same in the twin', () => {
    expect(faulty!.target).not.toBe('env')
    expect(faulty!.intent).toEqual(twin!.intent)
    expect(faulty!.intent!.after).not.toBe(faulty!.intent!.before)
    for (const text of Object.values(faulty!.intent!)) expect(decodeRelease(text)).toBe(harmless)
  })

  test('differs from its twin in the value of the wrong key alone', () => {
    expect(faulty!.after).not.toBe(twin!.after)
    expect(faulty!.after).toHaveLength(twin!.after.length)
    expect({ ...faulty, after: '' }).toEqual({ ...twin, after: '' })
  })
})

test.each(['error-ratio', 'feature-flag'])('a release that says in one key what it does has no other: %s', name => {
  expect(planOf(name, 'faulty').release).toMatchObject({ target: 'env', intent: null })
})
