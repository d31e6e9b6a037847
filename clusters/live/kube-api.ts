import { type Agent, request as plainRequest } from 'node:http'
import { type RequestOptions, request } from 'node:https'
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

/** No answer, or not a whole one: whether the request was carried out is not known. */
export class NoAnswer extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'NoAnswer'
  }
}

export interface KubeRequest {
  readonly body?: unknown
  /** Of the body; `application/json` where undefined. */
  readonly contentType?: string
  readonly signal?: AbortSignal
  /** Deadline of the whole answer, 10 s where undefined. */
  readonly timeoutMs?: number
}

/** Something that did not go as it should, and was made good without anybody's help. */
export interface Recovery {
  /** What was met, the first of it. */
  readonly reason: string
  /** From there until it was made good. */
  readonly tookMs: number
}

/**
 * Plain requests to one API server over kept-alive connections. What it is too busy for (429) is asked again when it says, as long as the
 * deadline allows; what it no longer believes who we are for (401), once with new credentials. Rejects with KubeError, NoAnswer or the
 * signal's reason.
 */
export interface KubeApi {
  /** With the credentials of now: after a renewal it is another. */
  readonly config: KubeConfig
  json<T>(method: string, path: string, options?: KubeRequest): Promise<T>
  /** The answer to a GET as it is. */
  text(path: string, options?: KubeRequest): Promise<string>
  /** Is to be told of what whoever uses this API has recovered from by itself. */
  readonly onRecovery: (recovery: Recovery) => void
  close(): void
}

export interface KubeConnection {
  /** Gives another kubeconfig when the credentials of the last one are no longer good; without it the same one is read anew. */
  readonly renew?: () => Promise<string>
  /**
   * How long a server that has gone away is waited for by reads, and by changes that may be made twice (PATCH, DELETE), where a request sets
   * no deadline of its own; 0 where undefined.
   */
  readonly patienceMs?: number
  readonly onRecovery?: (recovery: Recovery) => void
}

/** @param kubeconfig text of a kubeconfig file whose current context is used. */
export async function connectKube(kubeconfig: string, connection: KubeConnection = {}): Promise<KubeApi> {
  const { renew = async () => kubeconfig, patienceMs = 0, onRecovery = () => undefined } = connection
  let access = await accessOf(kubeconfig)
  const agents = [access.agent]
  let renewing: Promise<void> | undefined

  /** One renewal at a time, for all who wait for it. */
  function renewCredentials(): Promise<void> {
    renewing ??= (async () => {
      access = await accessOf(await renew())
      agents.push(access.agent)
    })().finally(() => {
      renewing = undefined
    })
    return renewing
  }

  async function send(method: string, path: string, { body, contentType, signal }: KubeRequest): Promise<string> {
    const payload = body === undefined ? undefined : JSON.stringify(body)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const { server, headers, ...credentials } = access
    const sent = (server.startsWith('http:') ? plainRequest : request)(
      new URL(server + path),
      {
        ...credentials,
        method,
        ...(signal && { signal }),
        headers: {
          ...headers,
          accept: 'application/json',
          ...(payload !== undefined && {
            'content-type': contentType ?? 'application/json',
            'content-length': Buffer.byteLength(payload),
          }),
        },
      },
      answer => {
        const status = answer.statusCode ?? 0
        if (status >= 200 && status < 300) return void text(answer).then(resolve, reject)
        const refuse = (said: string) => {
          const message = `${method} ${path}: ${status} ${statusMessage(said)}`
          reject(new KubeError(status, message, retryAfterMs(answer.headers['retry-after'])))
        }
        text(answer).then(refuse, () => refuse(''))
      },
    )
    sent.on('error', reject)
    sent.end(payload)
    return promise
  }

  /** Within the deadline of one answer. */
  async function once(method: string, path: string, options: KubeRequest): Promise<string> {
    const { timeoutMs = defaultTimeoutMs } = options
    const startMs = performance.now()
    const deadline = AbortSignal.timeout(timeoutMs)
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline
    let isRenewed = false
    let met: string | undefined
    while (true) {
      try {
        const answer = await send(method, path, { ...options, signal })
        if (met !== undefined) onRecovery({ reason: met, tookMs: performance.now() - startMs })
        return answer
      } catch (error) {
        options.signal?.throwIfAborted()
        if (!(error instanceof KubeError)) {
          const why = deadline.aborted ? `no answer within ${timeoutMs / 1000} s` : messageOf(error)
          throw new NoAnswer(`${method} ${path}: ${why}`, { cause: error })
        }
        met ??= error.message
        if (error.status === 401 && !isRenewed) {
          isRenewed = true
          await renewCredentials()
          continue
        }
        const waitMs = error.retryAfterMs ?? 1000
        if (error.status !== 429 || performance.now() + waitMs >= startMs + timeoutMs) throw error
        await sleep(waitMs, undefined, options.signal && { signal: options.signal })
      }
    }
  }

  async function whole(method: string, path: string, options: KubeRequest): Promise<string> {
    const isPatient = options.timeoutMs === undefined && method !== 'POST'
    const startMs = performance.now()
    let met: Error | undefined
    while (true) {
      try {
        const answer = await once(method, path, options)
        if (met !== undefined) onRecovery({ reason: met.message, tookMs: performance.now() - startMs })
        return answer
      } catch (error) {
        if (!isPatient || performance.now() >= startMs + patienceMs) throw error
        if (!(error instanceof NoAnswer) && !(met !== undefined && isPassing(error))) throw error
        met ??= error
        await sleep(awayRetryMs, undefined, options.signal && { signal: options.signal })
      }
    }
  }

  return {
    get config() {
      return access.config
    },
    json: async <T>(method: string, path: string, options: KubeRequest = {}) =>
      JSON.parse(await whole(method, path, options)) as T,
    text: (path, options = {}) => whole('GET', path, options),
    onRecovery,
    close() {
      for (const agent of agents) agent.destroy()
    },
  }
}

const defaultTimeoutMs = 10_000
const awayRetryMs = 500

/** Of a server that was away: it is not back, or knows not yet who may do what. */
function isPassing(error: unknown): error is KubeError {
  return error instanceof KubeError && (error.status === 403 || error.status >= 500)
}

/** The way to a server as a kubeconfig describes it, with credentials: a program's, too, is asked anew for each. */
interface Access extends Pick<RequestOptions, 'auth' | 'headers'> {
  readonly config: KubeConfig
  /** Without a slash at its end. */
  readonly server: string
  readonly agent: Agent
}

async function accessOf(kubeconfig: string): Promise<Access> {
  // A quarter of a second to import, so only where a cluster is used.
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromString(kubeconfig)
  const server = config.getCurrentCluster()?.server
  if (server === undefined) throw new Error('the kubeconfig names no current cluster')
  const options: RequestOptions = {}
  await config.applyToHTTPSOptions(options)
  // Its agent knows certificates, names and proxies; that it keeps no connection is its default, meant for streams.
  const agent = Object.assign(options.agent as Agent, { keepAlive: true, maxSockets: 32 })
  return { config, server, agent, headers: options.headers ?? {}, ...(options.auth && { auth: options.auth }) }
}

/** @param header in seconds, as API priority and fairness gives it; a date is not understood. */
function retryAfterMs(header: string | undefined): number | undefined {
  return header !== undefined && /^\d+$/.test(header) ? Number(header) * 1000 : undefined
}

/** A connection that is refused at all addresses of a name has a message of its own for each. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}

function statusMessage(said: string): string {
  try {
    return String((JSON.parse(said) as { message?: unknown }).message ?? said)
  } catch {
    return said.slice(0, 200)
  }
}
