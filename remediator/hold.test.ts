import { describe, expect, test } from 'vitest'
import { finish, ofType, type Play, pass, playOf, shopLook, show, showRollout } from './fixtures/engine-play.ts'

const spec = { decide: { deciders: ['onset-expert', 'progress'] } }
const deploy = { revision: 2, currentHash: 'new', phase: 'Progressing' } as const
const minute = 60_000

const calm = (index: number) => shopLook(index, [400], { old: [250], new: [150] })
const alone = (index: number) => shopLook(index, [200], { old: [200] })
const thin = (index: number) => shopLook(index, [200], { old: [198], new: [2] })
const common = (index: number) => shopLook(index, [200, 60], { old: [150, 45], new: [50, 15] })

const holds = ({ effects }: Play) =>
  effects.flatMap(effect => (effect.type === 'hold' || effect.type === 'resume' ? [effect] : []))
const said = (play: Play) => holds(play).map(({ type }) => type)

/** Two minutes before the deploy, and the deploy. */
function deployed(more: object = {}): Play {
  const play = playOf({ ...spec, ...more })
  showRollout(play)
  pass(play, 2 * minute, alone)
  showRollout(play, deploy)
  return play
}

/** A rollout that is held, as its Rollout shows. */
function held(more: object = {}): Play {
  const play = deployed(more)
  pass(play, 10_000, thin)
  expect(said(play)).toEqual(['hold'])
  finish(play, holds(play)[0]!.id)
  showRollout(play, { ...deploy, held: true })
  return play
}

describe('a rollout is held, once, and goes on after a minute of calm', () => {
  test.each<[string, RegExp, (play: Play) => void]>([
    ['on thin evidence', /onset-expert: only \d+ requests so far/, play => void pass(play, 40_000, thin)],
    ['while telemetry is silent', /onset-expert: telemetry is silent/, play => void pass(play, 40_000)],
    ['for what both versions share', /onset-expert: .*more than before/, play => void pass(play, 40_000, common)],
  ])('%s', (_, reason, trouble) => {
    const play = deployed()
    trouble(play)
    expect(said(play)).toEqual(['hold'])
    expect(holds(play)[0]).toMatchObject({ podTemplateHash: 'new', reason: expect.stringMatching(reason) })
    finish(play, holds(play)[0]!.id)
    showRollout(play, { ...deploy, held: true })
    pass(play, 3 * minute, calm)
    expect(said(play)).toEqual(['hold', 'resume'])
    expect(holds(play)[1]).toMatchObject({ podTemplateHash: 'new', reason: 'nothing asks for it any more' })
  })
})

test('a release that nobody asks time for is not held, nor one for a policy that never holds', () => {
  const good = deployed()
  pass(good, 5 * minute, calm)
  expect(said(good)).toEqual([])
  const eager = deployed({ decide: { ...spec.decide, hold: { enabled: false } } })
  pass(eager, 5 * minute, thin)
  expect(said(eager)).toEqual([])
})

test('it is held no longer than the policy says, and not again', () => {
  const play = held({ decide: { ...spec.decide, hold: { atMost: '2m' } } })
  pass(play, 2 * minute, common)
  expect(said(play)).toEqual(['hold', 'resume'])
  expect(holds(play)[1]!.reason).toBe('it has lasted too long')
  finish(play, holds(play)[1]!.id)
  showRollout(play, deploy)
  pass(play, 5 * minute, common)
  expect(said(play)).toEqual(['hold', 'resume'])
})

test('the engine asks to be woken when a hold has to end, as nothing else may tell it the time', () => {
  const early = held()
  expect(ofType(early.effects, 'wake').map(({ atMs }) => atMs)).toContain(early.nowMs - 5000 + 600_000)
  const play = playOf(spec)
  showRollout(play)
  play.nowMs = 25 * minute
  pass(play, 2 * minute, alone)
  showRollout(play, deploy)
  pass(play, 10_000, thin)
  finish(play, holds(play)[0]!.id)
  showRollout(play, { ...deploy, held: true })
  const { atMs } = ofType(play.effects, 'wake').at(-1)!
  expect(atMs).toBe(30 * minute)
  play.nowMs = atMs
  expect(show(play, { type: 'time.passed' })).toContainEqual(
    expect.objectContaining({ type: 'resume', reason: 'it has lasted too long' }),
  )
  finish(play, holds(play)[1]!.id)
  showRollout(play, deploy)
  pass(play, 5 * minute, thin)
  expect(said(play)).toEqual(['hold', 'resume'])
})

describe('a rollout that is held is let go', () => {
  test.each<[string, Parameters<typeof showRollout>[1] & object, string]>([
    ['when it is aborted', { ...deploy, aborted: true, phase: 'Degraded' }, 'new'],
    ['when it is promoted', { ...deploy, stableHash: 'new' }, 'new'],
    ['when it is taken back by a release', { revision: 3, currentHash: 'old' }, 'old'],
    ['when another release comes', { revision: 3, currentHash: 'newer' }, 'newer'],
  ])('%s', (_, change, podTemplateHash) => {
    const play = held()
    expect(showRollout(play, { ...change, held: true })).toContainEqual(
      expect.objectContaining({ type: 'resume', podTemplateHash, reason: 'the rollout is over' }),
    )
    pass(play, 30_000, alone)
    expect(said(play)).toEqual(['hold', 'resume'])
    finish(play, holds(play)[1]!.id)
    expect(play.engine.hold).toBeNull()
  })

  test('before its abort', () => {
    const play = held()
    const pod = { name: 'new-1', podTemplateHash: 'new', phase: 'Running', restarts: 1, ready: false } as const
    const crash = { waitingReason: 'CrashLoopBackOff', lastTerminationReason: 'Error' }
    const effects = show(play, { type: 'pod.changed', pod: { ...pod, ...crash } })
    const acts = effects.filter(({ type }) => type === 'resume' || type === 'abort')
    expect(acts.map(({ type }) => type)).toEqual(['resume', 'abort'])
  })

  test('as often as it is asked for, until it is so', () => {
    const play = held()
    showRollout(play, { ...deploy, aborted: true, held: true })
    let asked = 0
    while (play.nowMs < 10 * minute) {
      const last = holds(play).at(-1)!
      if (holds(play).length > asked) finish(play, last.id, false)
      asked = holds(play).length
      pass(play, 5000)
    }
    // After 1, 2, 4 ... 64 s, and then every 64 s.
    expect(asked).toBeGreaterThan(8)
    expect(asked).toBeLessThan(20)
    expect(new Set(said(play).slice(1))).toEqual(new Set(['resume']))
  })
})

test('a hold that is refused is asked for some more times, ever later, and then no more', () => {
  const play = deployed()
  const atMs: number[] = []
  for (let i = 0; i < 600; i++) {
    play.nowMs += 200
    const [sent] = ofType(show(play, { type: 'time.passed' }), 'hold')
    if (sent === undefined) continue
    atMs.push(play.nowMs)
    finish(play, sent.id, false)
  }
  expect(atMs).toHaveLength(4)
  expect(atMs.slice(1).map((ms, i) => ms - atMs[i]!)).toEqual([1000, 2000, 4000])
  expect(ofType(play.effects, 'resume')).toEqual([])
})

test('what somebody else holds is left to them', () => {
  const play = deployed()
  showRollout(play, { ...deploy, held: true })
  pass(play, 3 * minute, thin)
  showRollout(play, { ...deploy, aborted: true, held: true })
  pass(play, minute, alone)
  expect(said(play)).toEqual([])
})
