import { describe, expect, it } from 'vitest'
import { type Effect, type Level, levels } from '../harness/model/effect.ts'
import type { Observation, PodView, RolloutView, TimedObservation } from '../harness/model/observation.ts'
import { createEngine, type EngineState, letOut, react, step } from './engine.ts'
import { updatingRollout } from './fixtures/rollout-view.ts'
import { site } from './fixtures/site.ts'
import { policyDocument } from './policy.ts'

const rollout: RolloutView = { ...updatingRollout, revision: 1, currentHash: 'old' }

function policyOf(spec: object) {
  const metadata = { name: 'test' }
  const body = { description: 'a policy under test', ...spec }
  return policyDocument.parse({ apiVersion: 'carmine/v1alpha1', kind: 'Policy', metadata, spec: body }).spec
}

const byProgress = { decide: { deciders: ['progress'] } }
const byTwo = { decide: { when: 'all', deciders: ['progress', 'argo-analysis'] } }

/** What follows a page beside the way back, and has tests of its own. */
const explaining: readonly Effect['type'][] = ['audit', 'incident', 'callTool', 'diagnose', 'propose']
const isExplaining = (effect: Effect, { seen, setting }: EngineState) =>
  effect.type === 'wake'
    ? effect.atMs === seen.nowMs + setting.policy.diagnose.deadline
    : explaining.includes(effect.type)

/** Plays observations, 1 s apart, to an engine; keeps the effects of each. */
function play(engine: EngineState, observations: Observation[]): Effect[][] {
  return observations.map(observation =>
    step(engine, at(engine, observation)).filter(effect => !isExplaining(effect, engine)),
  )
}

const at = ({ seen }: EngineState, observation: Observation) =>
  ({ ...observation, t: seen.nowMs + 1000 }) as TimedObservation

function engineOf(spec: object, level: Level = 'L1', shadows = true): EngineState {
  const setting = { policy: policyOf(spec), trial: 'trial', latencyBucketsS: [0.1, 0.5], lookIntervalMs: 5000, site }
  return createEngine({ ...setting, horizonMs: 1_800_000, shadows }, level)
}

const see = (change: Partial<RolloutView>): Observation => ({
  type: 'rollout.changed',
  rollout: { ...rollout, ...change },
})
const pod = (name: string, change: Partial<PodView> = {}): Observation => {
  const fields = {
    podTemplateHash: name.split('-')[0]!,
    phase: 'Running',
    waitingReason: '',
    restarts: 0,
    ready: false,
    lastTerminationReason: '',
  }
  return { type: 'pod.changed', pod: { name, ...fields, ...change } as PodView }
}
const crash = (name: string) => pod(name, { waitingReason: 'CrashLoopBackOff', restarts: 1 })
const analysisFails: Observation = {
  type: 'analysisRun.changed',
  run: {
    name: 'run',
    kind: 'Background',
    podTemplateHash: 'new',
    phase: 'Running',
    message: '',
    metrics: [{ name: 'errors', phase: 'Failed', dryRun: true }],
  },
}
const finished = (effectId: string, ok: boolean): Observation => ({
  type: 'effect.finished',
  effectId,
  ok,
  message: '',
})

const first = see({})
const deploy = see({ revision: 2, currentHash: 'new' })
const promoted = see({ revision: 2, currentHash: 'new', stableHash: 'new', phase: 'Healthy' })
const aborted = see({ revision: 2, currentHash: 'new', aborted: true, phase: 'Degraded' })

const kinds = (effects: Effect[][]) => effects.map(each => each.map(({ type }) => type))

describe('the engine', () => {
  it('alarms, pages and aborts a bad revision that rolls out', () => {
    const effects = play(engineOf(byProgress), [first, deploy, crash('new-1')])
    const reason = 'progress: 1 of 1 pods: CrashLoopBackOff'
    expect(effects[2]).toEqual([
      {
        id: 'trial/2/0',
        type: 'alarm',
        alarm: { detector: 'progress', blames: 'new', pod: '', score: 1, reason: '1 of 1 pods: CrashLoopBackOff' },
        deciding: true,
      },
      { id: 'trial/2/1', type: 'page', blames: 'new', reason },
      { id: 'trial/2/2', type: 'abort', podTemplateHash: 'new', reason },
    ])
    expect(effects.slice(0, 2)).toEqual([[], []])
  })

  it('undoes one that was promoted', () => {
    const effects = play(engineOf(byProgress), [first, deploy, promoted, crash('new-1')])
    expect(effects[3]![2]).toMatchObject({ type: 'undo', podTemplateHash: 'new', toHash: 'old' })
  })

  it.each<[string, Observation[]]>([
    ['the first revision', [see({ stableHash: '' }), crash('old-1')]],
    ['a revision that was stable when it was first seen', [first, crash('old-1')]],
    ['a revision that nobody has seen roll out', [promoted, crash('new-1')]],
    ['an unknown revision', [first, crash('new-1')]],
    ['a revision that is not the current one any more', [first, deploy, see({ revision: 3 }), crash('new-1')]],
  ])('leaves %s alone', (_, observations) => {
    expect(play(engineOf(byProgress), observations).flat()).toEqual([])
  })

  it('pages, but does not act, once the revision is aborted', () => {
    expect(kinds(play(engineOf(byProgress), [first, deploy, aborted, crash('new-1')])).at(-1)).toEqual([
      'alarm',
      'page',
    ])
  })

  it('does not return to a revision that it called bad', () => {
    const engine = engineOf(byProgress)
    play(engine, [first, deploy, promoted, crash('new-1'), finished('trial/3/2', true)])
    const back = see({ revision: 3, currentHash: 'old', stableHash: 'new' })
    const [, , last] = play(engine, [back, pod('new-1', { phase: 'Gone' }), crash('old-1')])
    expect(last).toMatchObject([{ type: 'alarm' }, { type: 'page', blames: 'old' }])
    expect(last).toHaveLength(2)
  })

  it('acts once on a revision, whatever comes after', () => {
    const engine = engineOf(byProgress)
    const acted = [first, deploy, crash('new-1'), finished('trial/2/2', true), aborted]
    const again = [deploy, crash('new-2'), aborted, deploy]
    expect(
      kinds(play(engine, [...acted, ...again]))
        .slice(3)
        .flat(),
    ).toEqual([])
  })

  it('aborts a bad revision that is tried again, if the budget says so', () => {
    const engine = engineOf({ ...byProgress, budget: { actionsPerRevision: 2 } })
    const effects = play(engine, [first, deploy, crash('new-1'), finished('trial/2/2', true), deploy, aborted, deploy])
    expect(kinds(effects)).toEqual([[], [], ['alarm', 'page', 'abort'], [], [], [], ['abort']])
  })

  it('repeats a failed action after 1, 2 and 4 s, and gives up', () => {
    const engine = engineOf({ ...byProgress, budget: { retries: 2 } })
    play(engine, [first, deploy, crash('new-1')])
    expect(play(engine, [finished('trial/2/2', false)])).toEqual([[{ id: 'trial/3/0', type: 'wake', atMs: 5000 }]])
    expect(kinds(play(engine, [{ type: 'time.passed' }]))).toEqual([['abort']])
    expect(play(engine, [finished('trial/4/0', false)])[0]).toMatchObject([{ type: 'wake', atMs: 8000 }])
    const late = play(engine, [{ type: 'time.passed' }, { type: 'time.passed' }])
    expect(kinds(late)).toEqual([[], ['abort']])
    expect(
      kinds(play(engine, [finished('trial/7/0', false), ...Array(9).fill({ type: 'time.passed' })])).flat(),
    ).toEqual([])
  })

  it('undoes when the abort came just too late', () => {
    const engine = engineOf(byProgress)
    const tooLate = [first, deploy, crash('new-1'), finished('trial/2/2', true), promoted]
    expect(kinds(play(engine, [...tooLate, { type: 'time.passed' }])).slice(2)).toEqual([
      ['alarm', 'page', 'abort'],
      [],
      ['wake'],
      ['undo'],
    ])
    expect(kinds(play(engine, [finished('trial/5/0', true), promoted, promoted])).flat()).toEqual([])
  })

  it('arms fresh detectors for every new revision', () => {
    const engine = engineOf(byProgress)
    play(engine, [first, deploy, crash('new-1'), aborted])
    const fix = see({ revision: 3, currentHash: 'fix' })
    expect(kinds(play(engine, [fix, pod('fix-1'), crash('fix-1')]))).toEqual([[], [], ['alarm', 'page', 'abort']])
    expect(engine.judgement).toMatchObject({ judgedHash: 'fix', stableHash: 'old' })
  })

  it('pages without blame, and does not act, when the stable version has the same trouble', () => {
    const effects = play(engineOf(byProgress), [crash('old-1'), first, deploy, crash('new-1'), crash('new-2')])
    expect(effects[3]).toMatchObject([
      { type: 'alarm', alarm: { blames: null } },
      { type: 'page', blames: null },
    ])
    expect(effects[4]).toEqual([])
  })

  it.each<[string, object, string[][]]>([
    ['never', { decide: { when: 'never' } }, [['alarm'], ['alarm']]],
    ['any', { decide: { deciders: ['progress', 'argo-analysis'] } }, [['alarm', 'page', 'abort'], ['alarm']]],
    ['all', byTwo, [['alarm'], ['alarm', 'page', 'abort']]],
    [
      'at least two of three',
      { decide: { when: { atLeast: 2 }, deciders: ['progress', 'threshold', 'argo-analysis'] } },
      [['alarm'], ['alarm', 'page', 'abort']],
    ],
    ['only one', byProgress, [['alarm', 'page', 'abort'], ['alarm']]],
  ])('decides by %s of the deciders', (_, spec, expected) => {
    const effects = play(engineOf(spec), [first, deploy, crash('new-1'), analysisFails])
    expect(kinds(effects).slice(2)).toEqual(expected)
  })

  it('marks the alarms of shadows, and can do without them', () => {
    const observations = [first, deploy, analysisFails, crash('new-1')]
    const [, , shadow, deciding] = play(engineOf(byProgress), observations)
    expect(shadow).toMatchObject([{ type: 'alarm', deciding: false }])
    const without = play(engineOf(byProgress, 'L1', false), observations)
    expect(without).toEqual([[], [], [], deciding])
  })

  it('always-roll-back acts at the first sight of a revision, and only of a new one', () => {
    const effects = play(engineOf({ decide: { when: 'always' } }), [first, deploy, deploy])
    expect(effects[1]).toMatchObject([
      { type: 'alarm', alarm: { detector: 'always', blames: 'new' }, deciding: true },
      { type: 'page', blames: 'new' },
      { type: 'abort', podTemplateHash: 'new' },
    ])
    expect([...effects[0]!, ...effects[2]!]).toEqual([])
  })

  it.each(levels)('at %s lets out what the level allows, with the same ids', level => {
    const observations = [first, deploy, crash('new-1'), analysisFails]
    const engine = engineOf(byProgress, level)
    const effects = play(engine, observations).flat()
    const all = play(engineOf(byProgress, 'L4'), observations).flat()
    expect(effects).toEqual(level === 'L0' ? all.filter(({ type }) => type !== 'abort') : all)
  })

  it('leaves to a copy of a higher level what it decided and was not let out', () => {
    const engine = engineOf(byProgress, 'L0')
    play(engine, [first, deploy])
    const decided = react(engine, at(engine, crash('new-1')))
    const higher = structuredClone(engine)
    higher.level = 'L1'
    expect(letOut(engine, decided).map(({ type }) => type)).not.toContain('abort')
    expect(letOut(higher, decided)).toContainEqual(expect.objectContaining({ id: 'trial/2/2', type: 'abort' }))
    expect(kinds(play(higher, [finished('trial/2/2', false), { type: 'time.passed' }]))).toEqual([['wake'], ['abort']])
    expect(kinds(play(engine, [analysisFails]))).toEqual([['alarm']])
  })

  it('holds a bad revision that cannot be taken back, and leaves the rest to people', () => {
    const engine = engineOf(byProgress)
    const irreversible = see({ revision: 2, currentHash: 'new', irreversible: true })
    const effects = play(engine, [
      first,
      irreversible,
      crash('new-1'),
      ...Array(20).fill({ type: 'time.passed' }),
    ]).flat()
    expect(effects.map(({ type }) => type).filter(type => type !== 'wake')).toEqual(['alarm', 'page', 'hold'])
    expect(effects).toContainEqual(
      expect.objectContaining({ type: 'hold', reason: expect.stringContaining('it cannot be taken back') }),
    )
  })

  it('does nothing while the audit log takes no lines, and makes up for it when it does', () => {
    const engine = engineOf(byProgress)
    const effects = play(engine, [
      first,
      deploy,
      finished('trial/1/audit-0', false),
      crash('new-1'),
      { type: 'time.passed' },
      finished('trial/1/audit-0', true),
    ])
    expect(kinds(effects)).toEqual([[], [], [], ['alarm', 'page'], [], ['abort']])
  })

  it('counts no request twice', () => {
    const engine = engineOf(byProgress)
    const versions = [
      { podTemplateHash: 'old', pods: 10, requests: 9, errors: 1, latency: [3, 5, 0], inFlight: 0, byPod: [] },
    ]
    const intervals = [0, 0, 5000, 2500, 0, 10_000].map(fromMs => ({ fromMs, toMs: fromMs + 5000 }))
    play(
      engine,
      intervals.map(interval => ({ type: 'look', look: { ...interval, versions, services: [] } })),
    )
    expect(engine.seen.totals['old']).toEqual({ ...versions[0], requests: 27, errors: 3, latency: [9, 15, 0] })
  })

  it('ignores what is older than what it has seen', () => {
    const engine = engineOf(byProgress)
    play(engine, [first, deploy, pod('new-1', { ready: true })])
    step(engine, { ...first, t: 9000 } as TimedObservation)
    step(engine, { ...aborted, t: 1500 } as TimedObservation)
    step(engine, { ...crash('new-1'), t: 2500 } as TimedObservation)
    expect(engine.seen.rollout).toMatchObject({ currentHash: 'new', aborted: false })
    expect(engine.seen.pods['new-1']?.ready).toBe(true)
    play(engine, [pod('new-1', { phase: 'Gone' }), crash('new-1')])
    expect(engine.seen.pods['new-1']?.phase).toBe('Gone')
  })
})
