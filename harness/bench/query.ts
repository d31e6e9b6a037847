import { compileQuery } from '../../clusters/sim/prometheus/compile.ts'
import { evaluate } from '../../clusters/sim/prometheus/evaluate.ts'
import { addSeries, addTarget, appendScrape } from '../../clusters/sim/prometheus/scrape.ts'
import { createStorage, type Storage } from '../../clusters/sim/prometheus/storage.ts'
import { cpuMs, type Figure, figureOf } from './figure.ts'

const text =
  'sum(rate(http_requests_total{rollouts_pod_template_hash="canary", code!~"5.."}[60s]))' +
  ' / sum(rate(http_requests_total{rollouts_pod_template_hash="canary"}[60s]))'
const intervalMs = 5000
const scrapes = 180
const queries = 5000

/** The query that most public analyses ask, of ten pods with two codes each. */
export function queryFigure(): Figure {
  const storage = twentySeries()
  const compiled = compileQuery(text)
  if (compiled.kind === 'refused') throw new Error(compiled.problems.map(({ message }) => message).join('; '))
  const ask = () => {
    for (let i = 0; i < queries; i++) evaluate(compiled.query, storage, (20 + (i % (scrapes - 20))) * intervalMs)
  }
  for (let i = 0; i < 3; i++) ask()
  const micros = Array.from({ length: 7 }, () => (cpuMs(ask) * 1000) / queries)
  return figureOf('success-rate query over 20 series', 'µs', micros, { aim: 10 })
}

function twentySeries(): Storage {
  const storage = createStorage()
  for (let pod = 0; pod < 10; pod++) {
    const target = addTarget(storage, { pod: `pod-${pod}`, rollouts_pod_template_hash: 'canary', job: 'checkout' })
    for (const code of ['200', '500']) addSeries(storage, target, 'http_requests_total', { code })
    for (let i = 0; i < scrapes; i++) appendScrape(storage, target, i * intervalMs + pod, [25 * i, Math.floor(i / 3)])
  }
  return storage
}
