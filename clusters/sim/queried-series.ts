import type { AnalysisTemplate } from '../manifests/argo-types.ts'
import { compileQuery } from './prometheus/compile.ts'
import { selectorsOf } from './prometheus/selectors.ts'

/** What the simulated Prometheus has to keep, as nobody but the manifests' analysis asks it. */
export interface QueriedSeries {
  /** Metrics that a query may read; null: any. */
  readonly metrics: readonly string[] | null
  /** How far back a query reads, in ms. */
  readonly reachMs: number
}

const everything: QueriedSeries = { metrics: null, reachMs: Number.POSITIVE_INFINITY }

const known = new WeakMap<readonly AnalysisTemplate[], QueriedSeries>()

/** What the templates' queries can read. Where that depends on an argument, or a query cannot be read, it is everything. */
export function queriedSeries(templates: readonly AnalysisTemplate[]): QueriedSeries {
  let queried = known.get(templates)
  if (queried === undefined) {
    queried = readQueries(templates)
    known.set(templates, queried)
  }
  return queried
}

function readQueries(templates: readonly AnalysisTemplate[]): QueriedSeries {
  const queries = templates.flatMap(({ spec }) =>
    (spec.metrics ?? []).flatMap(({ provider }) => provider.prometheus?.query ?? []),
  )
  // Two fillings agree only where arguments stand in quotes: in a name they give two names, elsewhere no query.
  const [some, others] = ['a', 'b'].map(value => readBy(queries.map(query => query.replaceAll(/\{\{.*?\}\}/gs, value))))
  return JSON.stringify(some) === JSON.stringify(others) ? some! : everything
}

function readBy(queries: readonly string[]): QueriedSeries {
  const metrics = new Set<string>()
  let reachMs = 0
  for (const text of queries) {
    const compiled = compileQuery(text)
    if (compiled.kind === 'refused') return everything
    for (const selector of selectorsOf(compiled.query)) {
      if (selector.metric === undefined) return everything
      metrics.add(selector.metric)
      reachMs = Math.max(reachMs, selector.reachMs)
    }
  }
  return { metrics: [...metrics], reachMs }
}
