import { describe, expect, it } from 'vitest'
import type { Look } from '../../harness/model/look.ts'
import { detectorContext } from '../fixtures/detector-context.ts'
import { type Counts, lookOf } from '../fixtures/looks.ts'
import { burnRate } from './burn-rate.ts'
import type { DetectorContext, Finding } from './detector.ts'

interface Watched {
  /** By the number of its look. */
  readonly findings: [look: number, finding: Finding][]
  readonly holds: string[]
  readonly score: number
}

/** Shows looks to the detector, 100 requests of the subject and 250 of the entry in each. */
function watch(
  tuning: object,
  bad: (look: number) => number,
  looks: number,
  changes: Partial<DetectorContext> = {},
): Watched {
  const chosen = burnRate.tuning.parse(tuning)
  const state = burnRate.create(chosen, detectorContext())
  const seen: Look[] = []
  const findings: Watched['findings'] = []
  const holds: string[] = []
  for (let i = 0; i < looks; i++) {
    const subject: Counts = [100, bad(i)]
    seen.push(lookOf(i, { gateway: [250, bad(i)], checkout: subject }, { judged: subject }))
    const promoted = { deployedAtMs: -600_000, promotedAtMs: -1000 }
    const context = detectorContext({ nowMs: i * 5000 + 5000, looks: seen.slice(-120), ...promoted, ...changes })
    const observation = { type: 'look', t: context.nowMs, look: seen.at(-1)! } as const
    const finding = burnRate.observe(state, chosen, observation, context)
    if (finding !== undefined) findings.push([i, finding])
    const hold = burnRate.holds!(state, chosen, context)
    if (hold !== undefined) holds.push(hold)
  }
  return { findings, holds, score: burnRate.score(state) }
}

/** One row of the workbook's table at its own scale, for the subject alone. */
const row = (burn: number, long: string, short: string) => ({
  objective: '99.9%',
  of: ['subject'],
  windows: [{ long, short, burn }],
  minBad: 1,
})

describe('the burn-rate detector', () => {
  it.each([
    // Google, The Site Reliability Workbook, ch. 5: time to detection is burn x (1 - objective) x long window / error ratio.
    ['all requests fail', row(14.4, '1h', '5m'), 1, 51.84],
    ['a tenth fails', row(14.4, '1h', '5m'), 0.1, 518.4],
    ['a tenth fails, for the slow page', row(6, '6h', '30m'), 0.1, 1296],
  ])('detects as fast as the workbook says when %s', (_, tuning, share, seconds) => {
    // A full long window without an error comes before.
    const calm = tuning.windows[0]!.long === '1h' ? 720 : 4320
    const { findings } = watch(tuning, look => (look < calm ? 0 : 100 * share), calm + 300)
    expect((findings[0]![0] - calm + 1) * 5).toBeGreaterThanOrEqual(seconds)
    expect((findings[0]![0] - calm) * 5).toBeLessThanOrEqual(seconds)
  })

  it('ends when the short window has passed', () => {
    const { findings } = watch({}, look => (look >= 60 && look < 90 ? 40 : 0), 200)
    expect(findings.at(-1)![0]).toBeLessThanOrEqual(90 + 10)
  })

  it('leaves what the objective allows, and what is little, alone', () => {
    expect(watch({}, () => 1, 360).findings).toEqual([])
    expect(watch({ minBad: 500 }, look => (look < 20 ? 0 : 20), 40).findings).toEqual([])
  })

  it('blames the last change when nothing else explains it', () => {
    const [[, finding]] = watch({}, look => (look < 60 ? 0 : 15), 120).findings as [[number, Finding]]
    expect(finding.blames).toBe('judged')
    expect(finding.reason).toMatch(/^checkout burns its budget \d+\.\d times too fast: the last change/)
  })

  it('pages without blame, and asks to wait, when a flag explains it, however long it lasts', () => {
    const { findings, holds } = watch({}, look => (look < 60 ? 0 : 15 + (look % 7)), 340, { flagChangesMs: [295_000] })
    expect(new Set(findings.map(([, { blames }]) => blames))).toEqual(new Set([null]))
    expect(holds[0]).toContain('a flag was changed just before')
  })

  it('does not keep a release waiting for trouble that was there before it', () => {
    const { findings, holds } = watch({}, look => (look < 60 ? 0 : 15), 120, {
      deployedAtMs: 400_000,
      promotedAtMs: null,
    })
    expect(findings[0]![1]).toMatchObject({
      blames: null,
      reason: expect.stringContaining('it began before the deploy'),
    })
    expect(holds).toEqual([])
  })

  it('watches where nothing is deployed', () => {
    const nothing = { judgedHash: '', stableHash: '', deployedAtMs: null, promotedAtMs: null }
    const { findings } = watch({}, look => (look < 60 ? 0 : 15), 120, nothing)
    expect(findings[0]![1]).toMatchObject({ blames: null })
  })

  it('scores the burn rate over the one that alarms', () => {
    const windows = [{ long: '50s', short: '10s', burn: 10 }]
    expect(watch({ windows, of: ['subject'] }, () => 20, 10).score).toBeCloseTo(2, 9)
  })
})
