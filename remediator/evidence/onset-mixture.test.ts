import { describe, expect, it } from 'vitest'
import { logEvidenceOf } from './class-ratio.ts'
import { addLook, createOnsetMixture, leadingExpert, logEvidence, onsetPrior } from './onset-mixture.ts'

describe('the mixture over onsets', () => {
  // Computed with SciPy: rate ratios 2, 4, 10; onset prior .5, .25, .125, .125; errors of 50 and of 450 requests.
  it('agrees with the reference, look by look', () => {
    const mixture = createOnsetMixture(3)
    const ratio = Float64Array.of(2, 4, 10)
    const table = { classes: 1, tolerated: Float64Array.of(1), ratio, logGain: ratio.map(Math.log) }
    const looks = [
      [0.5, 1, 2, 1.296872],
      [0.25, 3, 1, 35.780688],
      [0.125, 4, 3, 3176.6866],
      [0.125, 2, 2, 23563.964],
    ] as const
    for (const [prior, judged, baseline, expected] of looks) {
      const counts = [
        { trials: 50, counts: [judged] },
        { trials: 450, counts: [baseline] },
      ] as const
      const increments = [0, 1, 2].map(expert => logEvidenceOf(table, expert, 0, 1, ...counts))
      addLook(mixture, increments, prior)
      expect(Math.exp(logEvidence(mixture)) / expected).toBeCloseTo(1, 6)
    }
    expect(leadingExpert(mixture)).toBe(2)
  })

  it('spends the whole prior over the planned looks, half of it on the first', () => {
    const prior = Array.from({ length: 500 }, (_, i) => onsetPrior(i + 1, 360))
    expect(prior[0]).toBe(0.5)
    expect(prior.reduce((sum, value) => sum + value)).toBeCloseTo(1, 12)
    expect(prior[360]).toBe(0)
  })

  it('keeps finite whatever the bets win or lose', () => {
    const mixture = createOnsetMixture(2)
    for (let look = 1; look <= 360; look++) addLook(mixture, [800, -800], onsetPrior(look, 360))
    expect(logEvidence(mixture)).toBeCloseTo(Math.log(1e300 / 2), 6)
    for (let look = 1; look <= 400; look++) addLook(mixture, [-800, -800], 0)
    expect([...mixture.perExpert]).toEqual([0, 0])
    expect(logEvidence(mixture)).toBeLessThan(-30)
  })
})
