import { describe, expect, test } from 'vitest'
import { pausingSubject } from './fixtures/all-rows.ts'
import { errorsOf, eventsOf, rowOf, scenarioOf, type Trial, trialOf } from './fixtures/trials.ts'

/** Steps: 20 %, a pause without end, 50 %, a pause of an hour. */
const subject = pausingSubject()

/** Without the holds of an engine that has seen too little yet. */
function deedsOf(trial: Trial) {
  return eventsOf(trial, 'operation.started').filter(({ data }) => !['hold', 'resume'].includes(data.operation))
}

function operationsOf(trial: Trial) {
  return deedsOf(trial).map(({ data }) => `${data.actor} ${data.operation}`)
}

describe('a pause that only a person ends', () => {
  test.each(['null', 'careful'])('is ended by a person, and a long one by itself, under %s', policy => {
    const trial = trialOf(scenarioOf('error-ratio'), { variant: 'twin', row: rowOf(policy), subject })
    expect(operationsOf(trial)).toEqual(['human promote'])
    const promotedMs = deedsOf(trial)[0]!.t
    const paused = eventsOf(trial, 'rollout.changed').find(({ data }) => data.phase === 'Paused')!
    expect(promotedMs).toBeGreaterThan(paused.t)
    const resumed = eventsOf(trial, 'rollout.changed').find(
      ({ t, data }) => t > promotedMs && data.currentStepIndex === 2,
    )!
    // The API server takes 200 ms, the controller's pass 80.
    expect(resumed.t).toBe(promotedMs + 200 + 80)
    expect(trial.result.facts.endPhase).toBe('Healthy')
    const { resolvedMs } = trial.result.facts
    expect(resolvedMs! - promotedMs).toBeGreaterThan(3_600_000)
    expect(resolvedMs! - promotedMs).toBeLessThan(3_600_000 + 60_000)
  })

  test('is not ended while a page about the deploy is open: the person rolls back at L0', () => {
    const trial = trialOf(errorsOf(0.5), { row: rowOf('careful', 'L0'), subject })
    const operations = operationsOf(trial)
    expect(operations.slice(0, 2)).toEqual(['human abort', 'human release'])
    expect(trial.result.facts.recoveredMs).not.toBeNull()
    expect(trial.result.facts.resolvedMs).not.toBeNull()
  })

  test('holds the repair too, until a person promotes it', () => {
    const trial = trialOf(errorsOf(0.5), { row: rowOf('careful'), subject })
    expect(operationsOf(trial)).toEqual(['engine abort', 'human release', 'human promote'])
    const [fix] = eventsOf(trial, 'release.updated').filter(({ data }) => data.release === 'fix')
    expect(trial.result.facts.resolvedMs! - fix!.t).toBeGreaterThan(3_600_000)
  })

  test('is looked at for as long as the horizon says, with the canary at its share all the while', () => {
    const horizonMs = 2 * 3_600_000
    const trial = trialOf(scenarioOf('error-ratio'), { variant: 'twin', row: rowOf('careful'), subject, horizonMs })
    expect(trial.result.facts.looks).toBe(horizonMs / 5000)
    const promotedMs = deedsOf(trial)[0]!.t
    const shares = eventsOf(trial, 'traffic.shifted').map(({ t, data }) => ({
      t,
      pods: data.versions.map(v => v.pods),
    }))
    expect(shares.findLast(({ t }) => t < promotedMs)!.pods).toEqual([8, 2])
    expect(shares.findLast(({ t }) => t < promotedMs + 3_600_000)!.pods).toEqual([5, 5])
    expect(operationsOf(trial)).toEqual(['human promote'])
  })
})
