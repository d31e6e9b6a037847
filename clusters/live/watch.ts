import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesObject } from '@kubernetes/client-node'
import { type KubeApi, KubeError } from './kube-api.ts'
import type { ObjectMeta } from './objects.ts'

export interface WatchSetting<T> {
  /** Collection, such as `/api/v1/namespaces/x/pods`. */
  readonly path: string
  readonly labelSelector?: string
  readonly onChange: (object: T) => void
  readonly onGone?: (object: T) => void
  /** Called once, when a callback threw or the API could not be reached for two minutes; the watch has ended then. */
  readonly onFailure: (error: Error) => void
  readonly signal: AbortSignal
}

/** On two cores that many share, an API server that is restarted was away for more than a minute. */
const giveUpMs = 120_000
const retryMs = 500

/**
 * Follows a collection until the signal: every object once at the start and then every change. A watch that breaks, ends or is too old goes on
 * with what it has missed, objects that are gone too. Resolves after the first list.
 */
export async function watchObjects<T extends { metadata: ObjectMeta }>(
  api: KubeApi,
  setting: WatchSetting<T>,
): Promise<void> {
  const { makeInformer } = await import('@kubernetes/client-node')
  const { path, labelSelector, signal } = setting
  const query = labelSelector === undefined ? '' : `?labelSelector=${encodeURIComponent(labelSelector)}`
  const { promise: listed, resolve, reject } = Promise.withResolvers<void>()
  let ended = false
  let isListed = false

  type Listed = KubernetesObject & T
  const informer = makeInformer<Listed>(
    api.config,
    path,
    async () => {
      const list = await api.json<{ metadata: { resourceVersion: string }; items: Listed[] }>(
        'GET',
        `${path}${query}`,
        { signal },
      )
      isListed = true
      // The first items reach the callbacks right after this answer, in one turn of the loop.
      setImmediate(resolve)
      return { apiVersion: 'v1', kind: 'List', ...list }
    },
    labelSelector,
  )
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
  informer.on('error', async error => {
    try {
      await untilReachable(api, path, error as Error, isListed, signal)
      if (!ended && !signal.aborted) await informer.start()
    } catch (reason) {
      if (!signal.aborted) end(reason as Error)
    }
  })
  signal.addEventListener('abort', () => void informer.stop(), { once: true })
  void informer.start()
  return listed
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
      await api.json('GET', `${path}?limit=1`, { signal })
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
