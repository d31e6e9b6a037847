import { describe, expect, it } from 'vitest'
import type { Level } from '../model/effect.ts'
import { type GroundTruth, leaveAlone } from '../model/ground-truth.ts'
import type { Variant } from '../model/scenario.ts'
import { failureOf } from './failing.ts'
import { calm, falselyReverted, reverted, trial, unnoticed } from './fixtures/trials.ts'
import type { TrialFacts } from './instants.ts'

const revert: GroundTruth = { ...leaveAlone, page: 'must', deploy: 'revert', remedies: ['abort', 'undo'] }
const unsafe: GroundTruth = { ...revert, rollbackSafe: false }
const elsewhere: GroundTruth = { ...revert, remedies: ['flagOff'] }
const incident: GroundTruth = { ...leaveAlone, page: 'must', remedies: ['flagOff', 'restart'] }
const scare: GroundTruth = { ...leaveAlone, page: 'may' }

const watched: TrialFacts = { ...reverted, revertedMs: {}, actions: [] }
const bare: TrialFacts = { ...calm, deployedMs: null, endPhase: '', resolvedMs: null }
const byHand = { human: 900_000 }

function tell(variant: Variant, level: Level, truth: GroundTruth, facts: TrialFacts): string | undefined {
  const failure = failureOf(trial('s', variant, 1, ['careful', level], facts), truth)
  return failure === undefined ? undefined : `${failure.what}: ${failure.evidence}`
}

const bad = (n: number) => `${n} bad requests in the 30 min to the horizon`

describe('with a bad deploy', () => {
  it.each<[string, Level, GroundTruth, TrialFacts, string | undefined]>([
    ['nobody saw it', 'L1', revert, unnoticed, `the fault was not detected: ${bad(5090)}`],
    ['it was seen, and stayed', 'L1', revert, watched, `the bad deploy was not rolled back: ${bad(190)}`],
    ['nobody but people may roll back', 'L0', revert, watched, undefined],
    ['it was rolled back', 'L1', revert, reverted, undefined],
    [
      'it was rolled back, and nobody told',
      'L1',
      revert,
      { ...reverted, paged: false },
      `nobody was told of the fault: ${bad(190)}`,
    ],
    ['nobody need be told', 'L1', { ...revert, page: 'may' }, { ...reverted, paged: false }, undefined],
    ['a rollback is not safe, and it stayed', 'L1', unsafe, watched, undefined],
    [
      'a rollback is not safe, and was done',
      'L1',
      unsafe,
      reverted,
      'the deploy was rolled back, and the version before is not safe to return to: by the engine 40.5 s after the deploy',
    ],
    ['something else ends it, and it stayed', 'L1', elsewhere, watched, undefined],
    [
      'something else ends it, and it was rolled back',
      'L1',
      elsewhere,
      reverted,
      'the deploy was rolled back, which does not end this fault: by the engine 40.5 s after the deploy',
    ],
    [
      'something else ends it, and nobody saw it',
      'L1',
      elsewhere,
      unnoticed,
      `the fault was not detected: ${bad(5090)}`,
    ],
  ])('where %s', (_, level, truth, facts, told) => {
    expect(tell('faulty', level, truth, facts)).toBe(told)
  })
})

describe("with trouble that is no deploy's fault", () => {
  const paged: TrialFacts = { ...unnoticed, detectedMs: 190_000, paged: true }

  it.each<[string, TrialFacts, string | undefined]>([
    ['people were told', paged, undefined],
    ['nobody was told', unnoticed, `nobody was told of the trouble: ${bad(5090)}`],
    ['it was remedied', { ...paged, actions: ['restart', 'promote'] }, undefined],
    [
      'something else was done',
      { ...paged, actions: ['restart', 'scale'] },
      'something was done that remedies nothing: scale',
    ],
    [
      'the deploy was taken back',
      { ...paged, actions: ['abort'], revertedMs: { engine: 200_000, argo: 190_000 } },
      'a good deploy was rolled back for trouble that is not its fault: by argo 70 s after the deploy',
    ],
    [
      'people took the deploy back',
      { ...paged, blamingAlarms: 2, revertedMs: byHand },
      'people rolled a good deploy back for trouble that is not its fault: by people 780 s after the deploy',
    ],
    [
      'the deploy was blamed',
      { ...paged, blamingAlarms: 2 },
      'a good deploy was called bad for trouble that is not its fault: 2 alarms',
    ],
    [
      'without a deploy a rollback was made',
      { ...paged, deployedMs: null, actions: ['undo'], revertedMs: { engine: 200_000 } },
      'a version that had long been live was rolled back for trouble that is not its fault: by the engine 200 s into the trial',
    ],
  ])('where %s', (_, facts, told) => {
    expect(tell('faulty', 'L1', incident, facts)).toBe(told)
  })

  it('of which people need not be told', () => {
    expect(tell('faulty', 'L1', { ...incident, page: 'may' }, unnoticed)).toBeUndefined()
  })
})

describe('with nothing wrong', () => {
  it.each<[string, Variant, GroundTruth, TrialFacts, string | undefined]>([
    ['all is calm', 'twin', leaveAlone, calm, undefined],
    ['all is calm and nothing was deployed', 'twin', leaveAlone, bare, undefined],
    [
      'the deploy was rolled back',
      'twin',
      leaveAlone,
      falselyReverted,
      'a good deploy was rolled back: by the engine 80 s after the deploy',
    ],
    [
      'the deploy was rolled back in a scare',
      'scare',
      scare,
      falselyReverted,
      'a good deploy was rolled back: by the engine 80 s after the deploy',
    ],
    [
      'people rolled it back',
      'twin',
      leaveAlone,
      { ...calm, blamingAlarms: 1, revertedMs: byHand },
      'people rolled a good deploy back: by people 780 s after the deploy',
    ],
    [
      'it was called bad',
      'twin',
      leaveAlone,
      { ...calm, blamingAlarms: 1, paged: true },
      'a good deploy was called bad: 1 alarm',
    ],
    [
      'what was live was called bad',
      'twin',
      leaveAlone,
      { ...bare, blamingAlarms: 1 },
      'a version that had long been live was called bad: 1 alarm',
    ],
    [
      'people were paged',
      'twin',
      leaveAlone,
      { ...calm, paged: true },
      'people were paged for nothing: no alarm blames the deploy',
    ],
    ['people were paged of a scare', 'scare', scare, { ...calm, paged: true }, undefined],
    [
      'pods were restarted',
      'scare',
      scare,
      { ...calm, actions: ['restart'] },
      'something was done that remedies nothing: restart',
    ],
  ])('where %s', (_, variant, truth, facts, told) => {
    expect(tell(variant, 'L1', truth, facts)).toBe(told)
  })
})
