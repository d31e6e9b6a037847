/**
 * Asks a real Prometheus every query of queries.txt about the data set, and writes its answers to ../fixtures/answers.json, those to refused.txt to
 * ../fixtures/refused.json. It needs Docker and some seconds; `CARMINE_PROMETHEUS_IMAGE` names another image than upstream's.
 *
 *     node clusters/sim/prometheus/oracle/record.ts
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { askAll, instantsMs, listed } from './answers.ts'
import { startRealPrometheus } from './prometheus-container.ts'

const prometheus = await startRealPrometheus()
try {
  const version = prometheus.image
  const { labelSets, queries } = await askAll(prometheus)
  const refused = []
  for (const query of await listed('refused.txt'))
    refused.push({ query, error: (await prometheus.ask(query, 0)).error })
  await save('answers.json', { version, instantsMs, labelSets }, queries)
  await save('refused.json', { version }, refused)
} finally {
  await prometheus.stop()
}

/** JSON with a line per query, so that a change shows as one. */
async function save(file: string, head: object, queries: readonly unknown[]): Promise<void> {
  const lines = queries.map(row => JSON.stringify(row)).join(',\n')
  const text = `${JSON.stringify(head).slice(0, -1)},"queries":[\n${lines}\n]}\n`
  await writeFile(join(import.meta.dirname, '..', 'fixtures', file), text)
}
