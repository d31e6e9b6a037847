/**
 * Asks a real Prometheus every query of queries.txt about the data set, and writes its answers to ../fixtures/answers.json, those to refused.txt to
 * ../fixtures/refused.json. It needs a `prometheus` of version 3.5 on the PATH and some seconds:
 *
 *     node clusters/sim/prometheus/oracle/record.ts
 *
 * Samples go in by remote write, because that takes true stale markers at exact times, one series at a time in the order of the label sets: Prometheus' head block
 * answers in the order in which series were created, so that its order is that of the label sets, as it is in persisted blocks.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { execa } from 'execa'
import { compareLabels, labelsOf } from '../labels.ts'
import { dataset } from './dataset.ts'
import { rawSeries } from './raw-series.ts'
import { writeRequest } from './remote-write.ts'

/** Before and after scrapes, restarts, failed scrapes, the outage; on and off whole seconds. */
const instantsMs = [4000, 61_250, 187_500, 230_000, 305_000, 430_000, 505_001, 655_000, 775_000, 899_990]

interface ApiAnswer {
  status: 'success' | 'error'
  error?: string
  data?: { resultType: string; result: unknown }
}

const address = '127.0.0.1:19095'
const labelSets = new Map<string, number>()
const here = import.meta.dirname
const folder = await mkdtemp(join(tmpdir(), 'prometheus-oracle-'))
const { server } = await startPrometheus()
try {
  const raw = dataset().flatMap(rawSeries)
  raw.sort((a, b) => compareLabels(labelsOf(a.labels), labelsOf(b.labels)))
  for (const series of raw) await remoteWrite(writeRequest(series))
  const queries = []
  for (const query of await listed('queries.txt')) {
    const answers: string[] = []
    for (const atMs of instantsMs) answers.push(JSON.stringify(compact(await ask(query, atMs))))
    queries.push({ query, answers: answers.map((answer, i) => (answer === answers[i - 1] ? '=' : JSON.parse(answer))) })
  }
  const refused = []
  for (const query of await listed('refused.txt')) refused.push({ query, error: (await ask(query, 0)).error })
  const version = (await execa('prometheus', ['--version'])).stdout.split('\n')[0]
  await save(
    'answers.json',
    { version, instantsMs, labelSets: [...labelSets.keys()].map(key => JSON.parse(key)) },
    'queries',
    queries,
  )
  await save('refused.json', { version }, 'queries', refused)
} finally {
  server.kill()
  await server.catch(() => undefined)
  await rm(folder, { recursive: true })
}

/** Resolves when it is ready; the process is wrapped because it is a promise of its own end. */
async function startPrometheus() {
  const config = join(folder, 'prometheus.yml')
  await writeFile(config, 'global: {}\n')
  const server = execa('prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${address}`,
    '--web.enable-remote-write-receiver',
  ])
  for (let tries = 0; ; tries++) {
    const ready = await fetch(`http://${address}/-/ready`).catch(() => undefined)
    if (ready?.ok) return { server }
    if (tries === 100) throw new Error('Prometheus did not become ready')
    await sleep(100)
  }
}

async function remoteWrite(body: Buffer): Promise<void> {
  const response = await fetch(`http://${address}/api/v1/write`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-protobuf',
      'Content-Encoding': 'snappy',
      'X-Prometheus-Remote-Write-Version': '0.1.0',
    },
    body: new Uint8Array(body),
  })
  if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`)
}

async function ask(query: string, atMs: number): Promise<ApiAnswer> {
  const body = new URLSearchParams({ query, time: String(atMs / 1000) })
  const response = await fetch(`http://${address}/api/v1/query`, { method: 'POST', body })
  return (await response.json()) as ApiAnswer
}

/** Every label set that occurs, as JSON, with its number in the order of appearance. */
function numberOf(labels: Record<string, string>): number {
  const key = JSON.stringify(labels)
  const known = labelSets.get(key)
  if (known === undefined) labelSets.set(key, labelSets.size)
  return known ?? labelSets.size - 1
}

/** The answer without times that are known and with numbers for label sets; values stay the strings that Prometheus wrote. */
function compact({ error, data }: ApiAnswer): unknown {
  if (data === undefined) return { error }
  if (data.resultType === 'vector') {
    const members = data.result as { metric: Record<string, string>; value: [number, string] }[]
    return { vector: members.map(({ metric, value }) => [numberOf(metric), value[1]]) }
  }
  if (data.resultType === 'matrix') {
    const members = data.result as { metric: Record<string, string>; values: [number, string][] }[]
    return {
      matrix: members.map(({ metric, values }) => [
        numberOf(metric),
        values.map(([s, value]) => [Math.round(s * 1000), value]),
      ]),
    }
  }
  return { [data.resultType]: (data.result as [number, string])[1] }
}

/** The lines of a list that are neither empty nor comments. */
async function listed(file: string): Promise<string[]> {
  const lines = (await readFile(join(here, file), 'utf8')).split('\n')
  return lines.filter(line => line.trim() !== '' && !line.startsWith('# '))
}

/** JSON with a line per query, so that a change shows as one. */
async function save(file: string, head: object, key: string, rows: readonly unknown[]): Promise<void> {
  const lines = rows.map(row => JSON.stringify(row)).join(',\n')
  const text = `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(key)}:[\n${lines}\n]}\n`
  await writeFile(join(here, '..', 'fixtures', file), text)
}
