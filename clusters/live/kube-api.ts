import { Agent as PlainAgent, request as plainRequest } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeConfig } from '@kubernetes/client-node'

/** An answer of the Kubernetes API, or of a service behind its proxy, other than 2xx. */
export class KubeError extends Error {
  readonly status: number
  /** How long the server asks to be left alone; undefined where it does not say. */
  readonly retryAfterMs: number | undefined
  constructor(status: number, message: string, retryAfterMs?: number) {
    super(message)
    this.name = 'KubeError'
    this.status = status
    this.retryAfterMs = retryAfterMs
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

/**
 * Plain requests to one API server over kept-alive connections. What it is too busy for (429) is asked again when it says, as long as the
 * deadline allows; what it no longer believes who we are for (401), once with new credentials. Rejects with KubeError, or with the signal's
 * reason.
 */
export interface KubeApi {
  readonly config: KubeConfig
  json<T>(method: string, path: string, options?: KubeRequest): Promise<T>
  /** The answer to a GET as it is. */
  text(path: string, options?: KubeRequest): Promise<string>
  stream(path: string, options?: KubeRequest): Promise<Readable>
  close(): void
}

export interface KubeConnection {
  /** Gives another kubeconfig when the credentials of the last one are no longer good. */
  readonly renew?: () => Promise<string>
  /**
   * How long a server that has gone away is waited for by reads, and by changes that may be made twice (PATCH, DELETE), where a request sets
   * no deadline of its own; 0 where undefined.
   */
  readonly patienceMs?: number
}

/** @param kubeconfig text of a kubeconfig file whose current context is used. */
export async function connectKube(kubeconfig: string, connection: KubeConnection = {}): Promise<KubeApi> {
  const { renew, patienceMs = 0 } = connection
  // A quarter of a second to import, so only where a cluster is used.
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  const server = config.getCurrentCluster()?.server
  if (server === undefined) throw new Error('the kubeconfig names no current cluster')
  const isPlain = server.startsWith('http:')
  let { headers, ...credentials } = await credentialsOf(config)
  const { ca, cert, key } = credentials
  const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }
  const pooled = { keepAlive: true, maxSockets: 32 }
  const agent = isPlain ? new PlainAgent(pooled) : new Agent({ ...pooled, ...tls })
  // A followed log keeps its connection for minutes: it must not hold one of the pool's.
  const streamAgent = isPlain ? new PlainAgent() : new Agent(tls)
  let renewing: Promise<void> | undefined

  /** One renewal at a time, for all who wait for it. */
  function renewCredentials(): Promise<void> {
    renewing ??= (async () => {
      if (renew !== undefined) config.loadFromString(await renew())
      ;({ headers, ...credentials } = await credentialsOf(config))
    })().finally(() => {
      renewing = undefined
    })
    return renewing
  }

  async function send(method: string, path: string, chosen: PlainAgent, options: KubeRequest): Promise<Readable> {
    const payload = options.body === undefined ? undefined : JSON.stringify(options.body)
    const { promise, resolve, reject } = Promise.withResolvers<Readable>()
    const sent = (isPlain ? plainRequest : request)(
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
        const message = `${method} ${path}: ${status} ${statusMessage(said)}`
        reject(new KubeError(status, message, retryAfterMs(answer.headers['retry-after'])))
      },
    )
    sent.on('error', reject)
    sent.end(payload)
    return promise
  }

  async function open(method: string, path: string, chosen: PlainAgent, options: KubeRequest): Promise<Readable> {
    const endMs = performance.now() + (options.timeoutMs ?? defaultTimeoutMs)
    let isRenewed = false
    while (true) {
      try {
        return await send(method, path, chosen, options)
      } catch (error) {
        if (!(error instanceof KubeError)) throw error
        if (error.status === 401 && !isRenewed) {
          isRenewed = true
          await renewCredentials()
          continue
        }
        const waitMs = error.retryAfterMs ?? 1000
        if (error.status !== 429 || performance.now() + waitMs >= endMs) throw error
        await sleep(waitMs, undefined, options.signal && { signal: options.signal })
      }
    }
  }

  async function whole(method: string, path: string, options: KubeRequest): Promise<string> {
    const isPatient = options.timeoutMs === undefined && method !== 'POST'
    const endMs = performance.now() + (isPatient ? patienceMs : 0)
    let wasAway = false
    while (true) {
      try {
        return await once(method, path, options)
      } catch (error) {
        options.signal?.throwIfAborted()
        wasAway ||= !(error instanceof KubeError)
        if (!wasAway || !isPassing(error) || performance.now() >= endMs) throw error
        await sleep(awayRetryMs, undefined, options.signal && { signal: options.signal })
      }
    }
  }

  async function once(method: string, path: string, options: KubeRequest): Promise<string> {
    const deadline = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs)
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
    return text(await open(method, path, agent, { ...options, signal }))
  }

  return {
    config,
    json: async <T>(method: string, path: string, options: KubeRequest = {}) =>
      JSON.parse(await whole(method, path, options)) as T,
    text: (path, options = {}) => whole('GET', path, options),
    async stream(path, options = {}) {
      const late = new AbortController()
      const signal = options.signal ? AbortSignal.any([options.signal, late.signal]) : late.signal
      const timer = setTimeout(() => late.abort(), options.timeoutMs ?? defaultTimeoutMs)
      return open('GET', path, streamAgent, { ...options, signal }).finally(() => clearTimeout(timer))
    },
    close() {
      agent.destroy()
      streamAgent.destroy()
    },
  }
}

const defaultTimeoutMs = 10_000
const awayRetryMs = 500

/** Of a server that was away: it is not back, or knows not yet who may do what. */
function isPassing(error: unknown): boolean {
  return !(error instanceof KubeError) || error.status === 403 || error.status >= 500
}

async function credentialsOf(config: KubeConfig): Promise<RequestOptions> {
  const credentials: RequestOptions = {}
  await config.applyToHTTPSOptions(credentials)
  return credentials
}

/** @param header in seconds, as API priority and fairness gives it; a date is not understood. */
function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) * 1000 : undefined
}

function statusMessage(said: string): string {
  try {
    return String((JSON.parse(said) as { message?: unknown }).message ?? said)
  } catch {
    return said.slice(0, 200)
  }
}
