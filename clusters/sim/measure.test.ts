import { describe, expect, test } from 'vitest'
import { type Disturbances, undisturbed } from '../../harness/model/trial.ts'
import { settingOf, worldAt } from './fixtures/worlds.ts'
import { answerDelayMs, measurePort } from './measure.ts'

const window = { fromMs: 30_000, toMs: 60_000 }

/** What the analysis gets at 40 s for a query of one number. */
function measured(disturbances: Partial<Disturbances>, prometheus: { timeout?: number; address?: string } = {}) {
  const setting = settingOf({}, { disturbances: { ...undisturbed, ...disturbances } })
  const world = worldAt(setting, 40_000)
  const metric = { name: 'm', provider: { prometheus: { query: 'count(up{service="checkout"})', ...prometheus } } }
  return measurePort(setting, world)({ name: 'run' } as never, metric as never, 40_000)
}

const answer = { kind: 'vector', values: [10] }

describe('Prometheus', () => {
  test('answers at once', () => {
    expect(measured({})).toEqual({ answer, delayMs: 0 })
    expect(measured({ prometheusDown: [{ fromMs: 0, toMs: 40_000 }] })).toEqual({ answer, delayMs: 0 })
  })

  test.each<[string, Partial<Disturbances>, { timeout?: number }, unknown]>([
    [
      'that is slow answers later',
      { prometheusSlow: [{ ...window, delayMs: 20_000 }] },
      {},
      { answer, delayMs: 20_000 },
    ],
    [
      'whose answer comes after 30 s, the default, is no answer',
      { prometheusSlow: [{ ...window, delayMs: 45_000 }] },
      {},
      { error: expect.stringContaining('context deadline exceeded'), delayMs: 30_000 },
    ],
    [
      "whose answer comes after the metric's own timeout is none",
      { prometheusSlow: [{ ...window, delayMs: 20_000 }] },
      { timeout: 5 },
      { error: expect.stringContaining('context deadline exceeded'), delayMs: 5000 },
    ],
    [
      'is waited for as long as the metric says',
      { prometheusSlow: [{ ...window, delayMs: 45_000 }] },
      { timeout: 60 },
      { answer, delayMs: 45_000 },
    ],
    [
      'that is slow twice is as slow as the slower',
      { prometheusSlow: [10, 12, 11].map(s => ({ ...window, delayMs: s * 1000 })) },
      {},
      { answer, delayMs: 12_000 },
    ],
    [
      'that is asked with a timeout of 0 is not waited for',
      {},
      { timeout: 0 },
      { error: expect.stringContaining('context deadline exceeded'), delayMs: 0 },
    ],
    [
      'that is down cannot be reached',
      { prometheusDown: [window] },
      {},
      { error: expect.stringContaining('connection refused'), delayMs: 0 },
    ],
    [
      'that restarts is not ready',
      { prometheusRestarts: [window] },
      {},
      { error: 'server_error: server error: 503', delayMs: 0 },
    ],
  ])('%s', (_, disturbances, prometheus, expected) => {
    expect(measured(disturbances, prometheus)).toEqual(expected)
  })

  test('is named in the error as the metric names it', () => {
    const asked = measured({ prometheusDown: [window] }, { address: 'http://thanos:10902' })
    expect(asked).toMatchObject({ error: 'Post "http://thanos:10902/api/v1/query": connection refused' })
  })

  test('answers with the delay of the time at which it is asked', () => {
    const disturbances = {
      ...undisturbed,
      prometheusSlow: [{ ...window, delayMs: 7000 }],
      prometheusDown: [{ fromMs: 70_000, toMs: 80_000 }],
    }
    const delays = [0, 30_000, 59_999, 60_000, 70_000, 80_000].map(atMs => answerDelayMs(disturbances, atMs))
    expect(delays).toEqual([0, 7000, 7000, 0, Number.POSITIVE_INFINITY, 0])
  })
})
