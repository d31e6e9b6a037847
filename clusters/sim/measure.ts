import { within } from '../../harness/model/trial.ts'
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

/**
 * Asks the simulated Prometheus as Argo's provider does (metricproviders/prometheus/prometheus.go). Where telemetry has
 * ended, queries are answered as of its end.
 */
export function measurePort(setting: WorldSetting, world: World): MeasurePort {
  return (run, metric, nowMs) => {
    if (within(setting.plan.disturbances.prometheusDown, nowMs))
      return { error: 'Post "http://prometheus:9090/api/v1/query": connection refused', delayMs: 0 }
    const atMs = telemetryUpToMs(setting, world, nowMs)
    scrapeUpTo(setting, world, nowMs)
    const query = compile(metric.provider.prometheus!.query)
    if (query.kind === 'refused') return { error: query.problems.map(({ message }) => message).join('; '), delayMs: 0 }
    try {
      const result = evaluate(query.query, world.prometheus, atMs)
      if (result.kind === 'scalar') return { answer: { kind: 'scalar', value: result.value }, delayMs: 0 }
      if (result.kind === 'vector')
        return { answer: { kind: 'vector', values: result.series.map(({ value }) => value) }, delayMs: 0 }
      return { error: `the query answers a ${result.kind}, and ${run.name} wants numbers`, delayMs: 0 }
    } catch (error) {
      if (!(error instanceof QueryExecutionError)) throw error
      return { error: error.message, delayMs: 0 }
    }
  }
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
