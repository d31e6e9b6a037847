import { describe, expect, test } from 'vitest'
import { compileQuery } from '../../clusters/sim/prometheus/compile.ts'
import { evaluate } from '../../clusters/sim/prometheus/evaluate.ts'
import { scrapeUpTo } from '../../clusters/sim/scraping.ts'
import { advance, createWorld, nextEventMs } from '../../clusters/sim/simulator.ts'
import type { World } from '../../clusters/sim/world.ts'
import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import { detectors } from '../../remediator/detectors/index.ts'
import { type EngineState, step } from '../../remediator/engine.ts'
import {
  argoAlone,
  engineOf,
  errorsOf,
  eventsOf,
  observationsOf,
  policyOf,
  rowOf,
  settingOf,
  trialOf,
} from './fixtures/trials.ts'

/** A minute of silence while the canary serves; the scrapes of 200 s are the first to miss, those of 260 s the first to come again. */
const fromMs = 200_000
const toMs = 260_000
const kinds = ['scrapes-fail', 'prometheus-down'] as const
const silent = (kind: (typeof kinds)[number]) =>
  errorsOf(0.05, { baseErrorRatio: '0.5%', disturbances: [{ kind, at: '200s', for: '60s' }] })

/** Detectors that are fed by looks alone. */
const fedByLooks = ['onset-expert', 'threshold']

function scoresOf({ judgement }: EngineState) {
  return judgement?.watches.map(({ detector, state }) => [
    detector,
    detectors.find(({ name }) => name === detector)!.score(state),
  ])
}

/** An instant query at a time, as any client of the simulated Prometheus would send it. */
function ask(setting: WorldSetting, world: World, query: string, atMs: number) {
  scrapeUpTo(setting, world, atMs)
  const compiled = compileQuery(query)
  if (compiled.kind === 'refused') throw new Error(query)
  const result = evaluate(compiled.query, world.prometheus, atMs)
  return result.kind === 'vector' ? result.series.map(({ value }) => value) : result
}

function worldAt(setting: WorldSetting, atMs: number) {
  const world = createWorld(setting, 'dryRun')
  while (nextEventMs(world) < atMs) advance(setting, world)
  return world
}

describe.each(kinds)('a minute of silence: %s', kind => {
  const scenario = silent(kind)
  const twin = { variant: 'twin' as const }

  test('gives no look, and the next one covers the whole gap', () => {
    const trial = trialOf(scenario, twin)
    const missed = eventsOf(trial, 'look.missed').filter(({ t }) => t > 0)
    // Where scrapes fail, the look at 200 s is made of scrapes before that, and the one at 260 s has none to be made of. A Prometheus that
    // is down cannot be asked at 200 s; asked at 260 s it knows the scrapes before 200 s.
    const firstMs = kind === 'scrapes-fail' ? fromMs + 5000 : fromMs
    expect(missed.map(({ t }) => t)).toEqual(Array.from({ length: 12 }, (_, i) => firstMs + i * 5000))
    const taken = eventsOf(trial, 'look.taken')
    const lastMissedMs = missed.at(-1)!.t
    expect(taken.find(({ t }) => t > lastMissedMs)!.data).toMatchObject({
      fromMs: firstMs - 5000,
      toMs: lastMissedMs + 5000,
    })
    expect(taken).toHaveLength(360 - 12)
  })

  test('changes no score that looks feed, while time passes and pods and the rollout are seen', () => {
    const setting = settingOf(scenario)
    const engine = engineOf(setting)
    let before: unknown
    const seen = new Set<string>()
    const firstMs = kind === 'scrapes-fail' ? fromMs + 1 : fromMs
    for (const observation of observationsOf(setting)) {
      step(engine, observation)
      const scores = scoresOf(engine)?.filter(([name]) => fedByLooks.includes(name as string))
      if (observation.t >= firstMs && observation.t < toMs) {
        seen.add(observation.type)
        expect(scores).toEqual(before)
        expect(engine.seen.nowMs).toBe(observation.t)
      } else before = scores
    }
    // The first pause ends at 246 s: the rollout goes on, and new pods start.
    const others = ['analysisRun.changed', 'pod.changed', 'probe.answered', 'rollout.changed', 'time.passed']
    expect([...seen].sort()).toEqual(others)
  })

  test('is no reason for the engine to alarm or act on a good deploy', () => {
    const spec = { ...policyOf('careful'), analysis: 'dryRun' as const }
    const { events, result } = trialOf(scenario, { ...twin, row: { ...rowOf('careful'), spec } })
    const types = new Set(events.map(({ type }) => type))
    for (const type of ['detector.fired', 'page.sent', 'rollout.aborted']) expect(types).not.toContain(type)
    // It may wait until it sees more.
    const acts = events.flatMap(({ type, data }) => (type === 'operation.started' ? [data.operation] : []))
    expect(acts.filter(operation => operation !== 'hold' && operation !== 'resume')).toEqual([])
    expect(result.facts.endPhase).toBe('Healthy')
  })
})

test('scrapes that fail set `up` to 0 and empty instant selectors at once, while windows keep what they hold', () => {
  const setting = settingOf(silent('scrapes-fail'), { variant: 'twin' })
  const world = worldAt(setting, fromMs + 5000)
  expect(ask(setting, world, 'sum(up{service="checkout"})', fromMs - 1)).toEqual([10])
  expect(ask(setting, world, 'sum(up{service="checkout"})', fromMs + 4999)).toEqual([0])
  expect(ask(setting, world, 'count(up{service="checkout"})', fromMs + 4999)).toEqual([10])
  expect(ask(setting, world, 'http_requests_total{service="checkout"}', fromMs + 4999)).toEqual([])
  expect(
    ask(setting, world, 'count(rate(http_requests_total{service="checkout",code="200"}[60s]))', fromMs + 4999),
  ).toEqual([10])
  // The dependency's scrapes are not the subject's.
  expect(ask(setting, world, 'up{service="payments"}', fromMs + 4999)).toEqual([1])
})

test('a Prometheus that is down writes nothing, and once back looks back as usual', () => {
  const setting = settingOf(silent('prometheus-down'), { variant: 'twin' })
  const world = worldAt(setting, toMs)
  const rows = world.prometheus.targets.map(({ timesMs, rows: n }) => [...timesMs.subarray(0, n)])
  expect(rows.flat().filter(t => t >= fromMs && t < toMs)).toEqual([])
  // The last samples are a minute old: within the look-back of five minutes they still stand.
  expect(ask(setting, world, 'sum(up{service="checkout"})', toMs - 1)).toEqual([10])
  expect(ask(setting, world, 'count(http_requests_total{service="checkout",code="200"})', toMs - 1)).toEqual([10])
})

test('a minute without Prometheus is enough for Argo to abort a good deploy', () => {
  const trial = trialOf(silent('prometheus-down'), { variant: 'twin', row: argoAlone })
  // Measured at 180 s, and again after the interval of 30 s at 210 s: an Error, and so four more, each 10 s after the last.
  const firstErrorMs = 210_001
  const run = eventsOf(trial, 'analysisRun.changed').find(({ data }) => data.phase === 'Error')!
  expect(run.t).toBe(firstErrorMs + 40_000)
  expect(run.data.message).toMatch(/consecutiveErrors \(5\) > consecutiveErrorLimit \(4\).*connection refused/)
  const [abort] = eventsOf(trial, 'rollout.aborted')
  expect(abort!.data.actor).toBe('argo')
  // The controller's reaction, or a pass that it had planned for that moment.
  expect(abort!.t - run.t).toBeGreaterThanOrEqual(0)
  expect(abort!.t - run.t).toBeLessThanOrEqual(80)
})

test('an empty answer while scrapes fail is no reason for the guarded analysis to abort', () => {
  const trial = trialOf(silent('scrapes-fail'), { variant: 'twin', row: argoAlone })
  expect(eventsOf(trial, 'rollout.aborted')).toEqual([])
  expect(trial.result.facts.endPhase).toBe('Healthy')
})
