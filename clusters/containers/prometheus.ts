import { readClusterSettings } from '../stage/settings.ts'
import { type Running, startContainer } from './start-container.ts'

export interface ApiAnswer {
  readonly status: 'success' | 'error'
  readonly error?: string
  readonly data?: { readonly resultType: string; readonly result: unknown }
}

/** An empty Prometheus that takes remote writes. */
export interface PrometheusContainer {
  readonly image: string
  ask(query: string, atMs: number): Promise<ApiAnswer>
  /** @param body a WriteRequest of remote write 1.0, compressed by Snappy */
  write(body: Buffer): Promise<void>
  stop: Running['stop']
}

const port = 9090

export async function startPrometheus(): Promise<PrometheusContainer> {
  const image = readClusterSettings(process.env).prometheusImage
  const { urlOf, stop } = await startContainer(({ GenericContainer, Wait }) =>
    new GenericContainer(image)
      .withCommand([
        '--config.file=/etc/prometheus/prometheus.yml',
        '--storage.tsdb.path=/prometheus',
        '--web.enable-remote-write-receiver',
      ])
      .withExposedPorts(port)
      .withWaitStrategy(Wait.forHttp('/-/ready', port)),
  )
  const address = urlOf(port)
  return {
    image,
    stop,
    async ask(query, atMs) {
      const body = new URLSearchParams({ query, time: String(atMs / 1000) })
      const response = await fetch(`${address}/api/v1/query`, { method: 'POST', body })
      return (await response.json()) as ApiAnswer
    },
    async write(body) {
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
    },
  }
}
