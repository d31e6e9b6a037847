import { describe, expect, it } from 'vitest'
import { detectorContext } from '../fixtures/detector-context.ts'
import { lookOf } from '../fixtures/looks.ts'
import { probe } from './probe.ts'

/** Answers of one check after the other, 15 s apart, `x` for those that failed; what was found after each. */
function play(tuning: object, answers: string, broken = false) {
  const chosen = probe.tuning.parse(tuning)
  const looks = Array.from({ length: 40 }, (_, i) => {
    const counts = [200, broken && i >= 20 ? 100 : 0] as const
    return lookOf(i, { gateway: [500], checkout: counts }, { judged: counts })
  })
  const state = probe.create(chosen, detectorContext())
  const found = [...answers].map((answer, i) => {
    const context = detectorContext({ looks, nowMs: 200_000 + i * 15_000, deployedAtMs: -1, promotedAtMs: -1 })
    const observation = { type: 'probe.answered', t: context.nowMs, ok: answer !== 'x', durationMs: 30 } as const
    const finding = probe.observe(state, chosen, observation, context)
    return { finding, holds: probe.holds!(state, chosen, context) }
  })
  return { found, score: probe.score(state) }
}

const atFirst = (tuning: object, answers: string) => play(tuning, answers).found.findIndex(({ finding }) => finding)

describe('the probe detector', () => {
  it.each([
    ['three in a row', {}, '..xxx', 4],
    ['three of five', {}, 'x.x.x', 4],
    ['no two', {}, 'xx...xx', -1],
    ['no three of more than five', {}, 'x..x..x..x', -1],
    ['as many as it is tuned to', { failed: 1, of: 1 }, '...x', 3],
  ])('alarms at %s', (_, tuning, answers, expected) => {
    expect(atFirst(tuning, answers)).toBe(expected)
  })

  it('blames the last change where the service fails with it', () => {
    const { finding, holds } = play({}, 'xxx', true).found.at(-1)!
    expect(finding).toEqual({
      blames: 'judged',
      reason: '3 of the last 3 checks failed: the last change, and nothing else explains it',
    })
    expect(holds).toBeUndefined()
  })

  it('blames none where the service itself is well, and asks to wait until the checks are answered', () => {
    const { found, score } = play({}, 'xxx...')
    expect(found[2]!.finding).toMatchObject({ blames: null })
    expect(found[2]!.holds).toMatch(/^3 of the last 3 checks failed/)
    expect(found[5]!.holds).toBeUndefined()
    expect(score).toBe(2 / 5)
  })

  it('refuses to wait for more failures than it looks at', () => {
    expect(() => probe.tuning.parse({ failed: 4, of: 3 })).toThrow('is more than `of`')
  })
})
