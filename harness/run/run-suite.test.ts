import { describe, expect, it } from 'vitest'
import { leaveAlone } from '../model/ground-truth.ts'
import type { Scenario } from '../model/scenario.ts'
import { planOf, rowOf, scenarioOf, shippedSubject } from './fixtures/trials.ts'
import { runSuite } from './run-suite.ts'

const groups = [{ subject: shippedSubject, rows: [rowOf('null')] }]
const good = scenarioOf('almost-no-traffic', { deploys: [{ truth: leaveAlone }] })
/** Workers get the plan as data; a name that no release can hold makes them die. */
const deadly: Scenario = {
  ...scenarioOf('error-ratio'),
  name: 'deadly',
  deploys: [
    { ...scenarioOf('error-ratio').deploys[0]!, fault: { kind: 'one-route', route: 'r'.repeat(300), errorRatio: 0.5 } },
  ],
}

describe('a suite', () => {
  it('goes on without the trials that two workers died of, and names them', async () => {
    const messages: string[] = []
    const done: string[] = []
    const result = await runSuite(planOf([deadly, good], groups), {
      workers: 1,
      logs: 'failing',
      signal: new AbortController().signal,
      onUnit: ({ trials }) => done.push(trials[0]!.id),
      onCrash: message => messages.push(message),
    })
    expect(messages).toEqual([
      expect.stringMatching(/^a worker died at deadly\/faulty, seed 1 \(.+\); trying again$/),
      expect.stringMatching(/^a worker died at deadly\/faulty, seed 1 \(.+\); these trials are left out$/),
    ])
    expect(result.lost.map(({ variant }) => variant)).toEqual(['faulty'])
    expect(result).toMatchObject({ planned: 3, done: 2 })
    expect(done.sort()).toEqual(['almost-no-traffic/scare/null/L1/1', 'deadly/twin/null/L1/1'])
  })

  it('that is interrupted keeps what was done', async () => {
    const interruption = new AbortController()
    const result = await runSuite(planOf([good], groups, { seeds: 500 }), {
      workers: 1,
      logs: 'failing',
      signal: interruption.signal,
      onUnit: () => interruption.abort(),
      onCrash: message => expect.unreachable(message),
    })
    expect(result).toMatchObject({ planned: 500, lost: [], repeated: 0 })
    expect(result.done).toBeGreaterThanOrEqual(1)
    expect(result.done).toBeLessThan(500)
  })

  it('whose results cannot be kept ends at once, with all its workers', async () => {
    let units = 0
    const running = runSuite(planOf([good], groups, { seeds: 500 }), {
      workers: 2,
      logs: 'failing',
      signal: new AbortController().signal,
      onUnit: () => {
        if (++units === 1) throw new Error('no space left on device')
      },
      onCrash: message => expect.unreachable(message),
    })
    await expect(running).rejects.toThrow('no space left on device')
    expect(units).toBeLessThanOrEqual(2)
  })
})
