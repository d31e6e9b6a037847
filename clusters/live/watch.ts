import { setTimeout as sleep } from 'node:timers/promises'
import type { KubernetesObject } from '@kubernetes/client-node'
import type { KubeApi } from './kube-api.ts'
import type { ObjectMeta } from './objects.ts'

export interface WatchSetting<T> {
  /** Collection, such as `/api/v1/namespaces/x/pods`. */
  readonly path: string
  readonly labelSelector?: string
  readonly onChange: (object: T) => void
  readonly onGone?: (object: T) => void
  /** Called once, when a callback threw or the API could not be reached for `giveUpMs`; the watch has ended then. */
  readonly onFailure: (error: Error) => void
  readonly signal: AbortSignal
}

const giveUpMs = 60_000
const retryMs = 1000

/** Follows a collection until the signal: every object once at the start and then every change. Resolves after the first list. */
export async function watchObjects<T extends { metadata: ObjectMeta }>(
  api: KubeApi,
  setting: WatchSetting<T>,
): Promise<void> {
  const { makeInformer } = await import('@kubernetes/client-node')
  const { path, labelSelector, signal } = setting
  const query = labelSelector === undefined ? '' : `?labelSelector=${encodeURIComponent(labelSelector)}`
  const { promise: listed, resolve, reject } = Promise.withResolvers<void>()
  let failingSinceMs: number | undefined
  let ended = false

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
      failingSinceMs = undefined
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
    if (ended || signal.aborted) return
    failingSinceMs ??= performance.now()
    if (performance.now() - failingSinceMs > giveUpMs) return end(error as Error)
    await sleep(retryMs, undefined, { signal }).catch(() => undefined)
    if (!ended && !signal.aborted) await informer.start()
  })
  signal.addEventListener('abort', () => void informer.stop(), { once: true })
  void informer.start()
  return listed
}
