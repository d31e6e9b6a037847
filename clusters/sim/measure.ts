import { type Disturbances, within } from '../../harness/model/trial.ts'
import type { MeasurePort } from './argo/measurement.ts'
import { type Compilation, compileQuery } from './prometheus/compile.ts'
import { QueryExecutionError } from './prometheus/eval/frame.ts'
import { evaluate } from './prometheus/evaluate.ts'
import { scrapeUpTo, telemetryUpToMs } from './scraping.ts'
import type { World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/**
 * Compiled once per text; what a query answers depends on nothing else that is kept. Few, as each remembers the series of its world, and
 * with the hashes of another seed comes another text.
 */
const compiled = new Map<string, Compilation>()
const maxCompiled = 100

/** Argo Rollouts v1.9.1, metricproviders/prometheus/prometheus.go, NewPrometheusProvider: where the metric names no timeout. */
const defaultTimeoutS = 30

/**
 * Asks the simulated Prometheus as Argo's provider does (metricproviders/prometheus/prometheus.go), and fails in the words of its client
 * (client_golang, api/prometheus/v1). Where telemetry has ended, queries are answered as of its end.
 */
export function measurePort(setting: WorldSetting, world: World): MeasurePort {
  return (run, metric, nowMs) => {
    const { query: text, address = 'http://prometheus:9090', timeout = defaultTimeoutS } = metric.provider.prometheus!
    const failed = (reason: string, delayMs = 0) => ({ error: `Post "${address}/api/v1/query": ${reason}`, delayMs })
    const { disturbances } = setting.plan
    if (within(disturbances.prometheusDown, nowMs)) return failed('connection refused')
    // It listens, and replays its write-ahead log.
    if (within(disturbances.prometheusRestarts, nowMs)) return { error: 'server_error: server error: 503', delayMs: 0 }
    const delayMs = answerDelayMs(disturbances, nowMs)
    if (delayMs >= timeout * 1000) return failed('context deadline exceeded', timeout * 1000)
    const atMs = telemetryUpToMs(setting, world, nowMs)
    scrapeUpTo(setting, world, nowMs)
    const query = compile(text)
    if (query.kind === 'refused') return { error: query.problems.map(({ message }) => message).join('; '), delayMs }
    try {
      const result = evaluate(query.query, world.prometheus, atMs)
      if (result.kind === 'scalar') return { answer: { kind: 'scalar', value: result.value }, delayMs }
      if (result.kind === 'vector')
        return { answer: { kind: 'vector', values: result.series.map(({ value }) => value) }, delayMs }
      return { error: `the query answers a ${result.kind}, and ${run.name} wants numbers`, delayMs }
    } catch (error) {
      if (!(error instanceof QueryExecutionError)) throw error
      return { error: error.message, delayMs }
    }
  }
}

/** How long Prometheus takes to answer a query that it gets at a time; infinite while it is down or restarts. */
export function answerDelayMs(
  { prometheusDown, prometheusRestarts, prometheusSlow }: Disturbances,
  atMs: number,
): number {
  if (within(prometheusDown, atMs) || within(prometheusRestarts, atMs)) return Number.POSITIVE_INFINITY
  return prometheusSlow.reduce(
    (longest, { fromMs, toMs, delayMs }) => (fromMs <= atMs && atMs < toMs ? Math.max(longest, delayMs) : longest),
    0,
  )
}

function compile(text: string): Compilation {
  let query = compiled.get(text)
  if (query === undefined) {
    if (compiled.size >= maxCompiled) compiled.clear()
    query = compileQuery(text)
    compiled.set(text, query)
  }
  return query
}
