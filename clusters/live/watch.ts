import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesObject, Watch } from '@kubernetes/client-node'
import { type KubeApi, KubeError } from './kube-api.ts'
import type { ObjectMeta } from './objects.ts'

export interface WatchSetting<T> {
  /** Collection, such as `/api/v1/namespaces/x/pods`. */
  readonly path: string
  readonly labelSelector?: string
  /** The only object that is followed. */
  readonly name?: string
  readonly onChange: (object: T) => void
  readonly onGone?: (object: T) => void
  /**
   * Called once, when a callback threw, a right is missing, or the API could not be reached for two minutes; the watch has ended then.
   */
  readonly onFailure: (error: Error) => void
  readonly signal: AbortSignal
}

/** On two cores that many share, an API server that is restarted was away for more than a minute. */
const giveUpMs = 120_000
const retryMs = 500
/** A server that lists again knows soon who may watch. */
const mostRefusals = 5

/**
 * Follows a collection until the signal: every object once at the start and then every change. A watch that breaks, ends or is too old goes on
 * with what it has missed, objects that are gone too, and tells the API's `onRecovery`. Resolves after the first list; rejects where there
 * is none, with the signal's reason when that was first.
 */
export async function watchObjects<T extends { metadata: ObjectMeta }>(
  api: KubeApi,
  setting: WatchSetting<T>,
): Promise<void> {
  const { ListWatch, Watch } = await import('@kubernetes/client-node')
  const { path, labelSelector, name, signal } = setting
  signal.throwIfAborted()
  const fieldSelector = name === undefined ? undefined : `metadata.name=${name}`
  const query = new URLSearchParams({
    ...(labelSelector && { labelSelector }),
    ...(fieldSelector && { fieldSelector }),
  })
  const { promise: listed, resolve, reject } = Promise.withResolvers<void>()
  let ended = false
  let isListed = false
  let refusals = 0

  type Listed = KubernetesObject & T
  async function list() {
    const answer = await api.json<{ metadata: { resourceVersion: string }; items: Listed[] }>(
      'GET',
      `${path}?${query}`,
      { signal },
    )
    // The server has forgotten what came after the last change that was seen.
    if (isListed) api.onRecovery({ reason: `the watch of ${path} was too old: all was listed again`, tookMs: 0 })
    isListed = true
    // The first items reach the callbacks right after this answer, in one turn of the loop.
    setImmediate(resolve)
    return { apiVersion: 'v1', kind: 'List', ...answer }
  }
  /** With the credentials of now; one that is opened while the signal aborts is closed again. */
  const watch = {
    async watch(at, parameters, callback, done) {
      try {
        const opened = await new Watch(api.config).watch(at, parameters, callback, done)
        if (signal.aborted) opened.abort()
        return opened
      } catch (error) {
        done(error)
        return new AbortController()
      }
    },
  } satisfies Pick<Watch, 'watch'> as Watch
  const informer = new ListWatch<Listed>(path, watch, list, false, labelSelector, fieldSelector)

  const end = (error: Error) => {
    if (ended) return
    ended = true
    void informer.stop()
    reject(error)
    setting.onFailure(error)
  }
  // The informer swallows what its callbacks throw.
  const guarded = (callback: (object: T) => void) => (object: T) => {
    if (ended || signal.aborted) return
    try {
      callback(object)
    } catch (error) {
      end(error as Error)
    }
  }
  informer.on('add', guarded(setting.onChange))
  informer.on('update', guarded(setting.onChange))
  if (setting.onGone) informer.on('delete', guarded(setting.onGone))
  informer.on('error', async met => {
    const startMs = performance.now()
    const error = met as Error & { readonly statusCode?: number }
    refusals = error.statusCode === 403 ? refusals + 1 : 0
    try {
      if (refusals > mostRefusals) throw mayNotWatch(path)
      await untilReachable(api, `${path}?${query}`, error, isListed, signal)
      if (ended || signal.aborted) return
      api.onRecovery({ reason: `watch of ${path}: ${error.message}`, tookMs: performance.now() - startMs })
      await informer.start()
    } catch (reason) {
      if (!signal.aborted) end(reason as Error)
    }
  })
  const stop = () => {
    void informer.stop()
    reject(signal.reason)
  }
  signal.addEventListener('abort', stop, { once: true })
  void informer.start()
  return listed
}

function mayNotWatch(path: string): KubeError {
  const resource = path.split('/').at(-1)
  return new KubeError(403, `GET ${path}?watch=true: 403: ${resource} may be listed and not watched: grant \`watch\``)
}

/**
 * Waits until the collection can be read again, which renews credentials that have expired. @throws what it met when that takes longer than
 * `giveUpMs`.
 */
async function untilReachable(
  api: KubeApi,
  path: string,
  met: Error,
  isListed: boolean,
  signal: AbortSignal,
): Promise<void> {
  const isFinal = (error: Error) => !isListed && isRefusal(error)
  const endMs = performance.now() + giveUpMs
  if (isFinal(met)) throw met
  for (let reason = met; ; ) {
    if (performance.now() >= endMs) throw reason
    await sleep(retryMs, undefined, { signal })
    try {
      await api.json('GET', `${path}&limit=1`, { signal })
      return
    } catch (error) {
      reason = error as Error
      if (isFinal(reason)) throw reason
    }
  }
}

/** No time brings rights, or a kind that the cluster does not have; but a server that has just started does not know them yet. */
function isRefusal(error: Error): boolean {
  return error instanceof KubeError && (error.status === 403 || error.status === 404)
}
