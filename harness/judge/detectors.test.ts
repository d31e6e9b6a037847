import { describe, expect, it } from 'vitest'
import type { DetectorAlarm } from './detectors.ts'
import { calm, faultyScenario, judgedRun, scareScenario, trial, unnoticed } from './fixtures/trials.ts'
import { summarize } from './summarize.ts'
import type { DetectorRow } from './summary.ts'

const scenarios = [faultyScenario('bad-config'), scareScenario('noisy')]
const seeds = [1, 2, 3, 4]
const rows = [
  ['careful', 'L0'],
  ['null', 'L1'],
] as const
const trials = rows.flatMap(row =>
  seeds.flatMap(seed => [
    trial('bad-config', 'faulty', seed, row, unnoticed),
    trial('bad-config', 'twin', seed, row, calm),
    trial('noisy', 'scare', seed, row, calm),
  ]),
)

const alarm = (t: number, change: Partial<DetectorAlarm> = {}): DetectorAlarm => ({
  policy: 'careful',
  detector: 'sharp',
  blames: 'hash',
  t,
  ...change,
})
const unit = (scenario: string, variant: string, seed: number, ...alarms: DetectorAlarm[]) => ({
  scenario,
  variant,
  seed,
  alarms,
})

function rowsOf(...alarms: ReturnType<typeof unit>[]): readonly DetectorRow[] {
  const suite = { levels: ['L0' as const] }
  return summarize(judgedRun(scenarios, trials, { alarms, suite, detectors: ['sharp', 'blind'] })).detectors
}

describe('detectors in the open loop', () => {
  it('each have a row per scenario, the blind too', () => {
    const all = rowsOf()
    expect(all.map(({ policy, scenario, detector }) => [policy, scenario, detector])).toEqual([
      ['careful', 'bad-config', 'sharp'],
      ['careful', 'bad-config', 'blind'],
      ['careful', 'noisy', 'sharp'],
      ['careful', 'noisy', 'blind'],
    ])
    expect(all[1]).toMatchObject({
      recall: { value: 0 },
      falsePositiveRate: { value: 0 },
      timeToDetectS: { median: { value: null }, restrictedMean: { value: 1670 }, censored: 4 },
    })
    expect(all[3]).toMatchObject({ recall: { value: null }, falsePositiveRate: { value: 0 } })
  })

  it('are scored by their first blaming alarm before the horizon, which counts from onset on', () => {
    const [sharp] = rowsOf(
      unit('bad-config', 'faulty', 1, alarm(190_000), alarm(150_000)),
      // Before onset at 130 s, and left alone.
      unit('bad-config', 'faulty', 2, alarm(125_000)),
      // Blames nobody, comes too late, is another policy's, another detector's.
      unit('bad-config', 'faulty', 3, alarm(140_000, { blames: null }), alarm(1_800_001)),
      unit('bad-config', 'faulty', 4, alarm(140_000, { policy: 'bold' }), alarm(140_000, { detector: 'dull' })),
      unit('bad-config', 'twin', 3, alarm(300_000)),
    )
    expect(sharp).toMatchObject({ recall: { value: 0.5 }, falsePositiveRate: { value: 0.25 }, latched: 1 })
    // Detected after 20 and 0 s, censored at 1670 s.
    expect(sharp!.timeToDetectS).toMatchObject({ median: { value: 20 }, censored: 2 })
    expect(sharp!.timeToDetectS.restrictedMean.value).toBe((20 + 0 + 1670 + 1670) / 4)
  })

  it('that blame a scare are wrong', () => {
    expect(rowsOf(unit('noisy', 'scare', 2, alarm(200_000)))[2]!.falsePositiveRate.value).toBe(0.25)
  })

  it('are measured from where the fault would have begun, had nobody reverted before', () => {
    const early = trials.map(one =>
      one.policy === 'careful' && one.variant === 'faulty'
        ? { ...one, facts: { ...calm, preempted: true, revertedMs: { engine: 121_000 } } }
        : one,
    )
    const run = judgedRun(scenarios, early, {
      alarms: [unit('bad-config', 'faulty', 1, alarm(150_000))],
      suite: { levels: ['L0'] },
      detectors: ['sharp'],
    })
    expect(summarize(run).detectors[0]!.timeToDetectS).toMatchObject({
      restrictedMean: { value: (20 + 3 * 1670) / 4 },
      censored: 3,
    })
  })
})
