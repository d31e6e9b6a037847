import { GenericContainer, Wait } from 'testcontainers'
import { readClusterSettings } from '../../../stage/settings.ts'
import { compareLabels, labelsOf } from '../labels.ts'
import { dataset } from './dataset.ts'
import { rawSeries } from './raw-series.ts'
import { writeRequest } from './remote-write.ts'

export interface ApiAnswer {
  readonly status: 'success' | 'error'
  readonly error?: string
  readonly data?: { readonly resultType: string; readonly result: unknown }
}

/** A real Prometheus that holds the data set. */
export interface RealPrometheus {
  readonly image: string
  ask(query: string, atMs: number): Promise<ApiAnswer>
  stop(): Promise<void>
}

const port = 9090

/**
 * Starts Prometheus in a container and loads the data set. Samples go in by remote write, because that takes true stale markers at exact times, one series at a
 * time in the order of the label sets: Prometheus' head block answers in the order in which series were created, so that its order is that of the label sets, as
 * it is in persisted blocks.
 */
export async function startRealPrometheus(): Promise<RealPrometheus> {
  const image = readClusterSettings(process.env).prometheusImage
  const container = await new GenericContainer(image)
    .withCommand([
      '--config.file=/etc/prometheus/prometheus.yml',
      '--storage.tsdb.path=/prometheus',
      '--web.enable-remote-write-receiver',
    ])
    .withExposedPorts(port)
    .withWaitStrategy(Wait.forHttp('/-/ready', port))
    .start()
  const address = `http://${container.getHost()}:${container.getMappedPort(port)}`
  const raw = dataset().flatMap(rawSeries)
  raw.sort((a, b) => compareLabels(labelsOf(a.labels), labelsOf(b.labels)))
  for (const series of raw) await remoteWrite(address, writeRequest(series))
  return {
    image,
    ask: async (query, atMs) => {
      const body = new URLSearchParams({ query, time: String(atMs / 1000) })
      const response = await fetch(`${address}/api/v1/query`, { method: 'POST', body })
      return (await response.json()) as ApiAnswer
    },
    stop: async () => void (await container.stop()),
  }
}

async function remoteWrite(address: string, body: Buffer): Promise<void> {
  const response = await fetch(`${address}/api/v1/write`, {
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
