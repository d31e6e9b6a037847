import { describe, expect, test } from 'vitest'
import { type Effect, type Level, levels } from '../harness/model/effect.ts'
import type { PodView } from '../harness/model/observation.ts'
import type { ToolAnswer } from '../harness/model/tool.ts'
import { before, finish, ofType, type Play, pass, playOf, shopLook, show, showRollout } from './fixtures/engine-play.ts'

const minute = 60_000
const spec = { decide: { deciders: ['progress', 'probe'], hold: { enabled: false } } }
const deploy = { revision: 2, currentHash: 'new', phase: 'Progressing' } as const
const aborted = {
  ...deploy,
  aborted: true,
  phase: 'Degraded',
  message: 'Rollout aborted update to revision 2',
} as const
const crashing: PodView = {
  name: 'new-1',
  podTemplateHash: 'new',
  phase: 'Running',
  waitingReason: 'CrashLoopBackOff',
  restarts: 3,
  ready: false,
  lastTerminationReason: 'Error',
}

const crash = (play: Play) => show(play, { type: 'pod.changed', pod: crashing })
const failProbes = (play: Play) =>
  [1, 2, 3].flatMap(() => show(play, { type: 'probe.answered', ok: false, durationMs: 100 }))
const incidents = ({ effects }: Play) =>
  ofType(effects, 'incident').map(({ incident, state, reason }) => `${incident} ${state}: ${reason}`)

function rolling(more: object = {}, level: Level = 'L4'): Play {
  const play = playOf({ ...spec, ...more }, level)
  showRollout(play)
  pass(play, 2 * minute, index => shopLook(index, [200]))
  showRollout(play, deploy)
  return play
}

/** Answers every question of these effects; nobody knows anything but how the service's objects are. */
function answer(play: Play, effects: readonly Effect[], isDown = false): Effect[] {
  return ofType(effects, 'callTool').flatMap(({ id, call }) => {
    const objects: ToolAnswer = {
      tool: 'objects',
      rollout: { name: 'checkout', replicas: 10, maxReplicas: null, cpuLimitMilli: null, memoryLimitMiB: null },
      pods: [{ ...crashing, node: 'node-1', startedAtMs: 0, cpuMilli: null, memoryMiB: null }],
      revisions: [],
    }
    const said: ToolAnswer = call.tool === 'objects' && !isDown ? objects : { tool: call.tool, error: 'nobody answers' }
    return show(play, { type: 'tool.answered', effectId: id, answer: said })
  })
}

describe('an incident is opened', () => {
  test('by a page that blames a release, once', () => {
    const play = rolling()
    const effects = crash(play).filter(({ type }) => type !== 'audit')
    expect(effects.slice(0, 4).map(({ type }) => type)).toEqual(['alarm', 'page', 'abort', 'incident'])
    expect(incidents(play)).toEqual(['trial/i1 opened: progress: 1 of 1 pods: CrashLoopBackOff'])
    finish(play, ofType(effects, 'abort')[0]!.id)
    showRollout(play, aborted)
    failProbes(play)
    crash(play)
    expect(incidents(play)).toHaveLength(1)
  })

  test('by a page that blames nobody, once while it is open', () => {
    const play = playOf(spec)
    showRollout(play)
    failProbes(play)
    expect(ofType(play.effects, 'page')).toMatchObject([{ blames: null }])
    expect(incidents(play)).toEqual([expect.stringMatching(/^trial\/i1 opened: probe: 3 of the last 3 checks failed/)])
    for (let i = 0; i < 20; i++) {
      pass(play, 30_000, index => shopLook(index, [200]))
      failProbes(play)
    }
    expect(incidents(play)).toHaveLength(1)
  })

  test("by an abort of Argo's own, with the metric that it names", () => {
    const play = playOf(spec, 'L4', {
      baseline: {
        replicas: 10,
        maxReplicas: 20,
        thresholds: [{ template: 'success', metric: 'error-rate', limit: 0.05, fails: 'above', isObjective: false }],
      },
    })
    showRollout(play)
    pass(play, minute, index => shopLook(index, [200]))
    showRollout(play, deploy)
    const message = `${aborted.message}: Metric "error-rate" assessed Failed due to failed (1) > failureLimit (0)`
    showRollout(play, { ...aborted, message })
    showRollout(play, { ...aborted, message, updatedReplicas: 1 })
    expect(incidents(play)).toEqual([`trial/i1 opened: ${message}`])
    expect(play.engine.incidents[0]).toMatchObject({ blames: 'new', byArgo: true })
    expect(play.engine.incidents[0]!.diagnosing.trouble.failedMetric).toEqual({
      template: 'success',
      metric: 'error-rate',
      phase: 'Failed',
    })
    expect(ofType(play.effects, 'page')).toEqual([])
  })

  test('by no deploy that goes well', () => {
    const play = rolling()
    pass(play, 5 * minute, index => shopLook(index, [400], { old: [250], new: [150] }))
    showRollout(play, { ...deploy, stableHash: 'new', phase: 'Healthy' })
    pass(play, 10 * minute, index => shopLook(index, [400], { new: [400] }))
    expect(incidents(play)).toEqual([])
  })
})

describe('an incident is closed', () => {
  test('once its release is taken back and explained, and not before either', () => {
    const play = rolling()
    const opened = crash(play)
    finish(play, ofType(opened, 'abort')[0]!.id)
    showRollout(play, aborted)
    expect(incidents(play)).toHaveLength(1)
    answer(play, opened)
    pass(play, 6 * minute, index => shopLook(index, [200]))
    expect(ofType(play.effects, 'diagnose')).toHaveLength(1)
    expect(incidents(play).slice(1)).toEqual(['trial/i1 closed: the release is taken back'])
  })

  test('not while the release that it blames goes on', () => {
    const play = rolling({ budget: { actionsPerRevision: 0 } })
    answer(play, crash(play))
    pass(play, 10 * minute, index => shopLook(index, [200]))
    expect(ofType(play.effects, 'diagnose')).toHaveLength(1)
    expect(incidents(play)).toHaveLength(1)
    showRollout(play, { ...before, revision: 3 })
    expect(incidents(play)).toHaveLength(2)
  })

  test('once what Argo had taken back is live after all', () => {
    const play = rolling()
    showRollout(play, aborted)
    showRollout(play, deploy)
    pass(play, 5 * minute, index => shopLook(index, [200]))
    expect(incidents(play)).toHaveLength(1)
    showRollout(play, { ...deploy, stableHash: 'new', phase: 'Healthy' })
    expect(incidents(play).slice(1)).toEqual(['trial/i1 closed: the release is live after all'])
  })

  test('for good: the same release opens no other', () => {
    const play = rolling()
    showRollout(play, aborted)
    pass(play, 6 * minute, index => shopLook(index, [200]))
    expect(incidents(play)).toHaveLength(2)
    showRollout(play, deploy)
    showRollout(play, aborted)
    expect(incidents(play)).toHaveLength(2)
  })

  test('not by time alone, where it blames nobody', () => {
    const play = playOf(spec)
    showRollout(play)
    answer(play, failProbes(play))
    pass(play, 20 * minute, index => shopLook(index, [200]))
    expect(ofType(play.effects, 'diagnose')).toHaveLength(1)
    expect(incidents(play)).toHaveLength(1)
  })
})

describe('its diagnosis', () => {
  test('comes at the deadline where no tool answers, once, and the engine is woken for it', () => {
    const play = rolling()
    const opened = crash(play)
    const openedAtMs = play.nowMs
    expect(ofType(opened, 'callTool').length).toBeGreaterThan(3)
    expect(ofType(opened, 'wake').map(({ atMs }) => atMs)).toContain(openedAtMs + 270_000)
    play.nowMs = openedAtMs + 269_999
    expect(ofType(show(play, { type: 'time.passed' }), 'diagnose')).toEqual([])
    play.nowMs = openedAtMs + 270_000
    expect(ofType(show(play, { type: 'time.passed' }), 'diagnose')).toHaveLength(1)
    const late = answer(play, opened)
    pass(play, 5 * minute)
    expect(ofType([...late, ...play.effects], 'diagnose')).toHaveLength(1)
    expect(ofType(play.effects, 'propose').length).toBeLessThanOrEqual(1)
  })

  test('keeps to a budget of tool calls that is of the target: a second incident has what the first has left', () => {
    const play = rolling({ diagnose: { toolCalls: 10, window: '30m' } })
    const first = crash(play)
    const asked = ofType(first, 'callTool').length
    expect(asked).toBeGreaterThan(3)
    finish(play, ofType(first, 'abort')[0]!.id)
    answer(play, first, true)
    pass(play, 5 * minute, index => shopLook(index, [200]))
    showRollout(play, { revision: 3, currentHash: 'newer', phase: 'Progressing' })
    show(play, { type: 'pod.changed', pod: { ...crashing, name: 'newer-1', podTemplateHash: 'newer' } })
    pass(play, 5 * minute, index => shopLook(index, [200]))
    expect(new Set(ofType(play.effects, 'diagnose').map(({ diagnosis }) => diagnosis.incident)).size).toBe(2)
    expect(ofType(play.effects, 'callTool')).toHaveLength(10)
    // The window goes on.
    pass(play, 30 * minute, index => shopLook(index, [200]))
    showRollout(play, { revision: 4, currentHash: 'newest', phase: 'Progressing' })
    const third = show(play, {
      type: 'pod.changed',
      pod: { ...crashing, name: 'newest-1', podTemplateHash: 'newest' },
    })
    expect(ofType(third, 'callTool')).toHaveLength(asked)
  })
})

test.each(levels)('at %s nothing leaves the engine that the level has not', level => {
  const play = rolling({}, level)
  const opened = crash(play)
  answer(play, opened)
  for (const { id } of ofType(opened, 'abort')) finish(play, id)
  showRollout(play, aborted)
  pass(play, 6 * minute, index => shopLook(index, [200]))
  failProbes(play)
  pass(play, 6 * minute, index => shopLook(index, [200]))
  const common = ['alarm', 'audit', 'incident', 'page', 'wake']
  const rollback = level === 'L0' ? [] : ['abort']
  const tools = level === 'L0' || level === 'L1' ? [] : ['callTool', 'diagnose']
  const left = new Set<string>(play.effects.map(({ type }) => type))
  left.delete('propose')
  expect([...left].toSorted()).toEqual([...common, ...rollback, ...tools].toSorted())
  if (level < 'L3') expect(ofType(play.effects, 'propose')).toEqual([])
  expect(incidents(play)[0]).toBe('trial/i1 opened: progress: 1 of 1 pods: CrashLoopBackOff')
})
