import { describe, expect, test } from 'vitest'
import type { Variant } from '../model/scenario.ts'
import { calibrate } from './calibration.ts'
import { calm } from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'
import type { TrialResult } from './trial-result.ts'

const horizonMs = 240_000
const base: TrialFacts = { ...calm, horizonMs, endMs: horizonMs, deployedMs: 30_000 }

function trial(seed: number, facts: Partial<TrialFacts>, variant: Variant = 'faulty'): TrialResult {
  const id = `s/${variant}/careful/L1/${seed}`
  const named = { scenario: 's', family: 'f', variant, seed, policy: 'careful', level: 'L1' as const }
  return { id, ...named, digest: '', facts: { ...base, ...facts } }
}

/** Detected, aborted and recovered, so many seconds after an onset at 40 s. */
function found(detectS: number, recoverS: number, actor: 'engine' | 'argo' | 'human' = 'engine'): Partial<TrialFacts> {
  const at = (seconds: number) => 40_000 + seconds * 1000
  return { onsetMs: 40_000, detectedMs: at(detectS), recoveredMs: at(recoverS), revertedMs: { [actor]: at(detectS) } }
}

describe('times on both backends', () => {
  test('are means over the seeds that both have, and their ratio', () => {
    const real = [trial(1, found(20, 30)), trial(2, found(30, 50)), trial(3, found(99, 99))]
    const sim = [trial(1, found(20, 30)), trial(2, found(20, 30))]
    const [row] = calibrate(real, sim)
    expect(row).toMatchObject({ scenario: 's', variant: 'faulty', pairs: 2, invalid: 0 })
    const { timeToDetectS, fdrtS, deployToOnsetS } = row!.times!
    expect(timeToDetectS).toMatchObject({ real: { meanS: 25, censored: 0 }, sim: { meanS: 20, censored: 0 } })
    expect(timeToDetectS.ratio.value).toBeCloseTo(1.25)
    expect(timeToDetectS.alike).toBe(true)
    expect(fdrtS.ratio.value).toBeCloseTo(4 / 3)
    expect(deployToOnsetS.real.meanS).toBe(10)
  })

  test('that are not over at the horizon count up to there, are counted, and leave a bound on the ratio, or none', () => {
    const missed = { onsetMs: 40_000, detectedMs: null, recoveredMs: null }
    const timesOf = (real: object, sim: object, seeds = [1, 2]) => {
      const [row] = calibrate(
        [trial(1, real), trial(2, found(20, 30))],
        seeds.map(seed => trial(seed, sim)),
      )
      return row!.times!
    }
    const { timeToDetectS } = timesOf(missed, found(100, 110))
    expect(timeToDetectS).toMatchObject({ real: { meanS: 110, censored: 1 }, ratioIs: 'at least', alike: null })
    expect(timeToDetectS.ratio.value).toBeCloseTo(1.1)
    expect(timesOf(missed, found(20, 30)).timeToDetectS).toMatchObject({ ratioIs: 'at least', alike: false })
    expect(timesOf(found(20, 30), missed).timeToDetectS).toMatchObject({ ratioIs: 'at most', alike: false })
    const none = { ratio: { value: null, low: null, high: null }, alike: null }
    expect(timesOf(missed, missed, [1]).fdrtS).toMatchObject({ real: { meanS: 200 }, sim: { meanS: 200 }, ...none })
  })

  test('a fault that never touched anything on one side has none there, and an invalid trial is no pair', () => {
    const real = [trial(1, { onsetMs: null }), trial(2, { ...found(20, 30), valid: false }), trial(3, found(20, 30))]
    const [row] = calibrate(real, [trial(1, found(20, 30)), trial(2, found(20, 30)), trial(3, found(10, 30))])
    expect(row).toMatchObject({ pairs: 2, invalid: 1 })
    expect(row!.times!.timeToDetectS).toMatchObject({ pairs: 1, real: { meanS: 20 }, sim: { meanS: 10 }, alike: false })
    expect(row!.times!.timeToDetectS.ratio.low).toBeNull()
  })

  test('a seed that never ended on the cluster is no pair, and is counted', () => {
    const sim = [trial(1, found(20, 30)), trial(2, found(20, 30)), trial(1, {}, 'twin')]
    expect(calibrate([trial(2, found(20, 30))], sim)).toMatchObject([
      { variant: 'faulty', pairs: 1, invalid: 1 },
      { variant: 'twin', pairs: 0, invalid: 1, decisions: { agreement: { value: null } } },
    ])
  })

  test('are none of a control', () => {
    const [row] = calibrate([trial(1, {}, 'twin')], [trial(1, {}, 'twin')])
    expect(row!.times).toBeNull()
  })
})

test('who rolled a release back makes no disagreement, nor when one that is let be is promoted', () => {
  const promoted = { resolvedMs: 150_000 }
  const late = { resolvedMs: 250_000 }
  const real = [found(20, 30), found(20, 30, 'human'), promoted, promoted].map((facts, i) => trial(i, facts, 'twin'))
  const sim = [found(20, 30, 'argo'), promoted, promoted, late].map((facts, i) => trial(i, facts, 'twin'))
  const [row] = calibrate(real, sim)
  expect(row!.decisions).toMatchObject({
    real: { 'rolled back by engine': 1, 'rolled back by human': 1, promoted: 2 },
    sim: { 'rolled back by argo': 1, promoted: 2, 'under way': 1 },
    agreed: 3,
    agreement: { value: 0.75 },
  })
})
