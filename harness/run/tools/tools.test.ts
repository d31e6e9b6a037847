import { describe, expect, test } from 'vitest'
import { ratesOf } from '../../../clusters/rates.ts'
import { advance, createWorld, nextEventMs } from '../../../clusters/sim/simulator.ts'
import { record } from '../../../clusters/sim/world.ts'
import type { WorldSetting } from '../../../clusters/sim/world-setting.ts'
import { summarizeAnswer } from '../../../clusters/summarize-answer.ts'
import type { ToolAnswer, ToolCall, ToolName } from '../../model/tool.ts'
import { framesOf, readEvents } from '../../model/trial-log.ts'
import { errorsOf, scenarioOf, settingOf, shippedSubject } from '../fixtures/trials.ts'
import { trialForge } from '../forge/trial-forge.ts'
import { nextForgeMs, proceedForge } from '../forge.ts'
import { answerTool } from './answer-tool.ts'
import type { Asked } from './asked.ts'
import { askTool, nextToolMs, type PendingTool, proceedTools } from './pending-tools.ts'
import { toolDelayMs } from './tool-delay.ts'

/** World and forge run up to a time with nobody in them. */
function askedAt(setting: WorldSetting, toMs: number): Asked {
  const asked: Asked = { setting, world: createWorld(setting, 'dryRun'), forge: trialForge(setting) }
  goOn(asked, toMs)
  return asked
}

function goOn({ setting, world, forge }: Asked, toMs: number): void {
  for (;;) {
    const nextMs = Math.min(nextEventMs(world), nextForgeMs(forge))
    if (nextMs > toMs) break
    if (nextEventMs(world) === nextMs) {
      advance(setting, world)
      continue
    }
    world.nowMs = nextMs
    for (const { type, data } of proceedForge(forge, setting.parameters.forge, nextMs, () => true))
      record(world, type, data as never)
  }
  world.nowMs = toMs
}

function answered<N extends ToolName>(asked: Asked, call: Extract<ToolCall, { tool: N }>) {
  const answer = answerTool(asked, call)
  if ('error' in answer) throw new Error(answer.error)
  return answer as Exclude<Extract<ToolAnswer, { tool: N }>, { error: string }>
}

const half = errorsOf(0.5)
const faulty = settingOf(half)
const deployAtMs = faulty.plan.deployAtMs!
const late = askedAt(faulty, deployAtMs + 60_000)
const subject = faulty.topology.subject

describe('changes', () => {
  test('tell the commit of the deploy and when its pipeline brought it to the cluster', () => {
    const { changes } = answered(late, { tool: 'changes', sinceMs: 0 })
    const deploy = changes.find(({ liveAtMs }) => liveAtMs === deployAtMs)!
    expect(deploy).toMatchObject({ kind: 'commit', service: subject })
    expect(deploy.diffs.map(({ toValue }) => toValue)).toContain(faulty.plan.release.after)
  })

  test('tell of a change of another service, older or newer, as long as it is in the time asked for', () => {
    const seed = [...Array(60).keys()].find(i => (settingOf(half, { seed: i + 1 }).plan.decoy?.atMs ?? 0) < 0)! + 1
    const setting = settingOf(half, { seed })
    const { decoy } = setting.plan
    const asked = askedAt(setting, setting.plan.deployAtMs! + 1000)
    const elsewhere = (sinceMs: number) =>
      answered(asked, { tool: 'changes', sinceMs }).changes.filter(({ service }) => service === decoy!.service)
    expect(elsewhere(decoy!.atMs)).toMatchObject([{ atMs: decoy!.atMs, liveAtMs: null, kind: 'commit' }])
    expect(elsewhere(decoy!.atMs + 1)).toEqual([])
  })

  test('name a revision that no commit brought', () => {
    const { world } = late
    const forge = { ...late.forge, commits: [] }
    const { changes } = answered({ ...late, forge }, { tool: 'changes', sinceMs: 0 })
    const hash = world.rollout.status.currentPodHash
    expect(changes).toMatchObject([{ id: `release/${hash}`, kind: 'release', author: '' }])
    expect(changes[0]!.diffs.map(({ toValue }) => toValue)).toContain(faulty.plan.release.after)
  })

  test('tell who switched a flag, in the words of the flag service', () => {
    const setting = settingOf(scenarioOf('feature-flag'))
    const { atMs, flag } = setting.plan.incident!
    const before = askedAt(setting, atMs - 1)
    expect(answered(before, { tool: 'flags' }).flags).toEqual([
      { flag: flag!.name, value: flag!.before, changedAtMs: null },
    ])
    goOn(before, atMs)
    expect(answered(before, { tool: 'flags' }).flags).toEqual([
      { flag: flag!.name, value: flag!.after, changedAtMs: atMs },
    ])
    const { changes } = answered(before, { tool: 'changes', sinceMs: atMs })
    expect(changes).toMatchObject([{ id: `flag/${flag!.name}`, kind: 'flag', liveAtMs: atMs }])
  })
})

describe('objects', () => {
  const objects = answered(late, { tool: 'objects', service: subject })

  test('hold the limits of the manifest', () => {
    const { replicas } = shippedSubject.rollout.spec
    expect(objects.rollout).toMatchObject({ replicas, maxReplicas: null })
    expect(objects.rollout.memoryLimitMiB).toBe(Math.round(faulty.pod.memoryLimitBytes! / 2 ** 20))
  })

  test('name the key of the release as the log does', () => {
    const [updated] = [...readEvents(framesOf(late.world.log), ['release.updated'])]
    if (updated?.type !== 'release.updated') throw new Error('no release')
    const { key, fromValue, toValue, podTemplateHash } = updated.data
    const [first, second] = objects.revisions
    expect(first!.values[key]).toBe(fromValue)
    expect(second).toMatchObject({ podTemplateHash, revision: 2 })
    expect(second!.values[key]).toBe(toValue)
  })

  test('tell what pods use as of the last time that metrics-server asked, and nothing of those that it has not seen', () => {
    const { atMs, byPod } = late.world.usageSamples
    expect(late.world.nowMs - atMs).toBeLessThan(15_000)
    for (const { name, cpuMilli, memoryMiB } of objects.pods) {
      const cores = byPod[name]?.cpuCores
      expect(cpuMilli).toBe(cores == null ? null : Math.round(cores * 1000))
      expect(memoryMiB === null).toBe(byPod[name] === undefined)
    }
    expect(objects.pods.filter(({ cpuMilli }) => cpuMilli !== null && cpuMilli > 0).length).toBeGreaterThan(5)
    const young = answered(askedAt(faulty, deployAtMs + 9000), { tool: 'objects', service: subject })
    const created = young.pods.filter(({ startedAtMs }) => startedAtMs > 0)
    expect(created.length).toBeGreaterThan(0)
    expect(created.every(({ cpuMilli }) => cpuMilli === null)).toBe(true)
  })

  test('are those of a Rollout: other services have none', () => {
    expect(answerTool(late, { tool: 'objects', service: 'postgres' })).toHaveProperty('error')
  })
})

describe('logs', () => {
  const search = (asked: Asked, fromMs: number, toMs: number) =>
    answered(asked, { tool: 'logs', service: subject, fromMs, toMs }).lines
  const errorsIn = (asked: Asked, fromMs: number, toMs: number) =>
    search(asked, fromMs, toMs)
      .filter(({ level }) => level === 'error')
      .reduce((sum, { count }) => sum + count, 0)

  test('tell versions apart', () => {
    const lines = search(late, deployAtMs, late.world.nowMs).filter(({ level }) => level === 'error')
    const bad = late.world.deployHash
    const of = (isBad: boolean) =>
      lines.filter(one => (one.podTemplateHash === bad) === isBad).reduce((sum, { count }) => sum + count, 0)
    expect(of(true)).toBeGreaterThan(5 * of(false))
  })

  test('are found when they have been shipped, and the end of one search is the beginning of the next', () => {
    const asked = askedAt(faulty, deployAtMs + 30_000)
    for (let i = 0; i < 40; i++) {
      goOn(asked, asked.world.nowMs + 2500)
      const { nowMs } = asked.world
      const all = errorsIn(asked, 0, nowMs)
      const cutMs = deployAtMs + 60_000
      expect(errorsIn(asked, 0, cutMs) + errorsIn(asked, cutMs, nowMs)).toBe(all)
      const visibleMs = nowMs - 8000
      const mark = asked.world.logs.marks.findLast(({ atMs }) => atMs <= visibleMs)!
      expect(visibleMs - mark.atMs).toBeLessThan(5000)
      const shipped = errorsIn(asked, 0, mark.atMs)
      expect(shipped).toBe(all)
    }
  })

  test('of later lines change nothing of what was found earlier', () => {
    const atMs = deployAtMs + 90_000
    const early = errorsIn(askedAt(faulty, atMs), 0, atMs)
    const minuteMs = Math.floor((atMs - 8000) / 60_000) * 60_000
    const asked = askedAt(faulty, atMs + 300_000)
    expect(errorsIn(asked, 0, minuteMs)).toBeLessThanOrEqual(early)
    expect(errorsIn(asked, 0, minuteMs + 60_000)).toBeGreaterThanOrEqual(early)
  })
})

describe('metrics', () => {
  const silent = settingOf(scenarioOf('prometheus-down'))
  const [{ fromMs, toMs } = { fromMs: 0, toMs: 0 }] = silent.plan.disturbances.prometheusDown
  const ask = (asked: Asked) =>
    answerTool(asked, { tool: 'metrics', fromMs: asked.world.nowMs - 60_000, toMs: asked.world.nowMs })

  test('show the errors of the bad version, and none of them before it came', () => {
    const answer = answered(late, { tool: 'metrics', fromMs: deployAtMs, toMs: late.world.nowMs })
    const bad = answer.now.find(({ podTemplateHash }) => podTemplateHash === late.world.deployHash)!
    expect(bad.errorRatio).toBeGreaterThan(0.4)
    expect(bad.errorRatio).toBeLessThan(0.6)
    expect(answer.before.some(({ podTemplateHash }) => podTemplateHash === late.world.deployHash)).toBe(false)
    expect(answer.before.every(({ errorRatio }) => errorRatio < 0.02)).toBe(true)
  })

  test('cannot be had while Prometheus is down; the Kubernetes API goes on', () => {
    const asked = askedAt(silent, fromMs + 1000)
    expect(ask(asked)).toEqual({ tool: 'metrics', error: expect.stringContaining('connection refused') })
    expect(answerTool(asked, { tool: 'objects', service: subject })).not.toHaveProperty('error')
    goOn(asked, toMs + 20_000)
    expect(ask(asked)).not.toHaveProperty('error')
  })

  test('are empty where no scrape succeeds', () => {
    const disturbances = { ...faulty.plan.disturbances, scrapesFail: [{ fromMs: 0, toMs: 600_000 }] }
    const asked = askedAt({ ...faulty, plan: { ...faulty.plan, disturbances } }, 300_000)
    const answer = answered(asked, { tool: 'metrics', fromMs: 240_000, toMs: 300_000 })
    expect(answer.now.filter(({ service }) => service === subject)).toEqual([])
  })

  test('are rates over the time that was seen', () => {
    const latency = shippedSubject.telemetry.latency.bucketsS.map(() => 0).concat(0)
    latency[6] = 40
    latency[7] = 10
    const look = {
      versions: [{ podTemplateHash: 'a', pods: 2, requests: 100, errors: 50, latency, inFlight: 8, byPod: [] }],
      services: [{ service: subject, requests: 100, errors: 50, slow: 10 }],
    }
    const looks = [
      { ...look, fromMs: 0, toMs: 5000 },
      { ...look, fromMs: 20_000, toMs: 25_000 },
    ]
    const { workers } = faulty.topology.services[subject]!
    const both = { service: subject, requestsPerSecond: 20, errorRatio: 0.5, slowRatio: 0.2 }
    expect(ratesOf(faulty.topology, faulty.subject.telemetry, looks)).toEqual([
      { ...both, podTemplateHash: '', meanMs: null, utilisation: null },
      { ...both, podTemplateHash: 'a', meanMs: (40 * 375 + 10 * 750) / 50, utilisation: 8 / (2 * workers) },
    ])
  })
})

describe('the graph and the events', () => {
  test('name every call of the topology', () => {
    const { entry, calls } = answered(late, { tool: 'graph' })
    expect(entry).toBe(faulty.topology.entry)
    for (const { caller, callee } of calls) expect(faulty.topology.services[caller]!.calls).toHaveProperty(callee)
    expect(calls.some(({ callee }) => callee === subject)).toBe(true)
  })

  test('are those of the log that are younger than asked for', () => {
    const { events } = answered(late, { tool: 'events', sinceMs: deployAtMs })
    expect(events.length).toBeGreaterThan(0)
    expect(events.every(({ atMs }) => atMs >= deployAtMs && atMs <= late.world.nowMs)).toBe(true)
  })
})

describe('a question', () => {
  const call: ToolCall = { tool: 'objects', service: subject }

  test('is answered as things stand when the answer comes', () => {
    const asked = askedAt(faulty, deployAtMs - 1)
    const pending: PendingTool[] = []
    askTool(asked, pending, { id: 'a/1/0', incident: 'a/i1', call })
    askTool(asked, pending, { id: 'a/1/1', incident: 'a/i1', call: { tool: 'graph' } })
    const waits = pending.map(({ atMs }) => atMs - asked.world.nowMs)
    expect(nextToolMs(pending)).toBe(asked.world.nowMs + Math.min(...waits))
    goOn(asked, Math.max(...pending.map(({ atMs }) => atMs)))
    const [first, second] = proceedTools(asked, pending)
    expect(pending).toEqual([])
    expect(nextToolMs(pending)).toBe(Number.POSITIVE_INFINITY)
    expect([first, second]).toMatchObject([{ effectId: 'a/1/0' }, { effectId: 'a/1/1' }])
    expect(first).toMatchObject({ answer: answerTool(asked, call) })
    const log = [...readEvents(framesOf(asked.world.log), ['tool.called', 'tool.answered'])]
    expect(log.map(({ type }) => type)).toEqual(['tool.called', 'tool.called', 'tool.answered', 'tool.answered'])
    expect(log[2]!.data).toMatchObject({ effectId: 'a/1/0', ok: true })
  })

  test('waits about as long as the parameters say, and Prometheus that is slow adds its own', () => {
    const ids = Array.from({ length: 999 }, (_, i) => `t/${i}/0`)
    const median = (c: ToolCall) => ids.map(id => toolDelayMs(faulty, id, c, 0)).sort((a, b) => a - b)[499]!
    expect(median(call) / 2000).toBeCloseTo(1, 0)
    expect(median({ tool: 'metrics', fromMs: 0, toMs: 1 }) / 1000).toBeCloseTo(1, 0)
    const slow = { ...faulty.plan.disturbances, prometheusSlow: [{ fromMs: 0, toMs: 10, delayMs: 12_000 }] }
    const setting = { ...faulty, plan: { ...faulty.plan, disturbances: slow } }
    expect(toolDelayMs(setting, 'a', { tool: 'metrics', fromMs: 0, toMs: 1 }, 5)).toBe(
      toolDelayMs(faulty, 'a', { tool: 'metrics', fromMs: 0, toMs: 1 }, 5) + 12_000,
    )
  })

  test.each<[string, ToolAnswer]>([
    ['error: connection refused', { tool: 'metrics', error: 'connection refused' }],
    ['0 changes', { tool: 'changes', changes: [] }],
    [
      '2 kinds of event in 3: Killing, Unhealthy',
      {
        tool: 'events',
        events: ['Killing', 'Unhealthy', 'Killing'].map(reason => ({ atMs: 1, object: 'Pod/a', reason, message: '' })),
      },
    ],
    ['1 flag: f', { tool: 'flags', flags: [{ flag: 'f', value: 'x', changedAtMs: null }] }],
  ])('has an answer that is told as "%s"', (line, answer) => {
    expect(summarizeAnswer(answer)).toBe(line)
  })
})
