import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calm, reverted, unnoticed } from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import { detectionTimes, recoveryTimes, splitRecovery, summarizeTime, type TimedTrial } from './times.ts'

const trial = (facts: TrialFacts): TimedTrial => ({ scenario: 'latency', facts })

const instant = fc.option(fc.integer({ min: 0, max: 90_000_000 }), { nil: null })
const anyFacts: fc.Arbitrary<TrialFacts> = fc
  .record({
    onsetMs: fc.integer({ min: 0, max: 1_700_000 }),
    detectedMs: instant,
    actedMs: instant,
    effectiveMs: instant,
    recoverS: fc.option(fc.integer({ min: 0, max: 80_000 }), { nil: null }),
    preempted: fc.boolean(),
  })
  .map(({ recoverS, ...instants }) => ({
    ...unnoticed,
    ...instants,
    recoveredMs: recoverS === null ? null : instants.onsetMs + recoverS * 1000,
  }))

describe('splitRecovery', () => {
  it('adds up to the restricted mean, in parts that are never negative', () => {
    fc.assert(
      fc.property(fc.array(anyFacts, { minLength: 1, maxLength: 20 }), facts => {
        const { value } = summarizeTime(recoveryTimes(facts.map(trial))).restrictedMean
        const parts = Object.values(splitRecovery(facts))
        if (value === null) {
          expect(parts).toEqual([null, null, null, null])
          return
        }
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(0)
        expect(parts.reduce((a, b) => a + b)).toBeCloseTo(value, 6)
      }),
    )
  })

  // Onset at 130 s; recovery at 166 s.
  it.each([
    ['the four parts', {}, [30, 0.5, 4.5, 1]],
    ['an alarm latched before onset', { detectedMs: 130_000 }, [0, 30.5, 4.5, 1]],
    ['an act without a detection', { detectedMs: null }, [30.5, 0, 4.5, 1]],
    ['a fault that ended by itself', { actedMs: null, effectiveMs: null }, [30, 6, 0, 0]],
    ['a good version that serves only after the last touched request', { effectiveMs: 170_000 }, [30, 0.5, 5.5, 0]],
    ['never recovered', { recoveredMs: null }, [30, 0.5, 4.5, 86_235]],
  ])('%s', (_, change, parts) => {
    expect(Object.values(splitRecovery([{ ...reverted, ...change }]))).toEqual(parts)
  })
})

describe('times', () => {
  it.each([
    ['without an onset', calm],
    ['reverted before onset', { ...reverted, preempted: true }],
    ['of which the onset came after the horizon', { ...unnoticed, onsetMs: 1_900_000 }],
  ])('leave out a trial %s', (_, facts) => {
    expect(detectionTimes([trial(facts)])).toEqual({ lifetimes: [], horizonS: 0 })
    expect(summarizeTime(detectionTimes([trial(facts)]))).toMatchObject({
      restrictedMean: { value: null },
      censored: 0,
    })
  })

  it('are restricted to where the first trial is censored', () => {
    const late = { ...unnoticed, onsetMs: 800_000 }
    expect(detectionTimes([trial(unnoticed), trial(late)])).toEqual({
      lifetimes: [
        { time: 1670, observed: false, stratum: 'latency' },
        { time: 1000, observed: false, stratum: 'latency' },
      ],
      horizonS: 1000,
    })
  })

  it.each([
    ['99 trials', 99, 99, false],
    ['100 of which 29 came to it', 100, 29, false],
    ['100 of which 30 came to it', 100, 30, true],
  ])('have intervals from enough trials on: %s', (_, n, events, isBounded) => {
    const lifetimes = Array.from({ length: n }, (_, i) => ({ time: 10 + (i % 30), observed: i < events }))
    const { median, p95, restrictedMean } = summarizeTime({ lifetimes, horizonS: 20 })
    expect(restrictedMean.value).not.toBeNull()
    expect(restrictedMean.low !== null && restrictedMean.high !== null).toBe(isBounded)
    if (!isBounded) expect([median.low, median.high, p95.low, p95.high]).toEqual([null, null, null, null])
  })
})
