import { Agent, type RequestOptions, request } from 'node:https'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { KubeConfig } from '@kubernetes/client-node'

/** An answer of the Kubernetes API, or of a service behind its proxy, other than 2xx. */
export class KubeError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'KubeError'
    this.status = status
  }
}

export interface KubeRequest {
  readonly body?: unknown
  /** Of the body; `application/json` where undefined. */
  readonly contentType?: string
  readonly signal?: AbortSignal
  /** Deadline of the whole answer, 10 s where undefined; of a stream, of its beginning. */
  readonly timeoutMs?: number
}

/** Plain requests to one API server over kept-alive connections. Rejects with KubeError, or with the signal's reason. */
export interface KubeApi {
  readonly config: KubeConfig
  json<T>(method: string, path: string, options?: KubeRequest): Promise<T>
  stream(path: string, options?: KubeRequest): Promise<Readable>
  close(): void
}

/** @param kubeconfig text of a kubeconfig file whose current context is used. */
export async function connectKube(kubeconfig: string): Promise<KubeApi> {
  // A quarter of a second to import, so only where a cluster is used.
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  const server = config.getCurrentCluster()?.server
  if (server === undefined) throw new Error('the kubeconfig names no current cluster')
  const credentials: RequestOptions = {}
  await config.applyToHTTPSOptions(credentials)
  const { ca, cert, key, headers } = credentials
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 32,
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  })
  // A followed log keeps its connection for minutes: it must not hold one of the pool's.
  const streamAgent = new Agent({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) })

  async function open(method: string, path: string, chosen: Agent, options: KubeRequest): Promise<Readable> {
    const payload = options.body === undefined ? undefined : JSON.stringify(options.body)
    const { promise, resolve, reject } = Promise.withResolvers<Readable>()
    const sent = request(
      new URL(path, server),
      {
        method,
        agent: chosen,
        ...(options.signal && { signal: options.signal }),
        headers: {
          ...(headers as Record<string, string>),
          accept: 'application/json',
          ...(payload !== undefined && {
            'content-type': options.contentType ?? 'application/json',
            'content-length': Buffer.byteLength(payload),
          }),
        },
      },
      async answer => {
        const status = answer.statusCode ?? 0
        if (status >= 200 && status < 300) return resolve(answer)
        const said = await text(answer).catch(() => '')
        reject(new KubeError(status, `${method} ${path}: ${status} ${statusMessage(said)}`))
      },
    )
    sent.on('error', reject)
    sent.end(payload)
    return promise
  }

  return {
    config,
    async json<T>(method: string, path: string, options: KubeRequest = {}) {
      const deadline = AbortSignal.timeout(options.timeoutMs ?? 10_000)
      const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
      const said = await text(await open(method, path, agent, { ...options, signal }))
      return JSON.parse(said) as T
    },
    async stream(path, options = {}) {
      const late = new AbortController()
      const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal
      const timer = setTimeout(() => late.abort(), options.timeoutMs ?? 10_000)
      return open('GET', path, streamAgent, { ...options, signal }).finally(() => clearTimeout(timer))
    },
    close() {
      agent.destroy()
      streamAgent.destroy()
    },
  }
}

function statusMessage(said: string): string {
  try {
    return String((JSON.parse(said) as { message?: unknown }).message ?? said)
  } catch {
    return said.slice(0, 200)
  }
}
