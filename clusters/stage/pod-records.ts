import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeApi } from '../live/kube-api.ts'
import type { PodObject, Terminated } from '../live/objects.ts'
import { watchObjects } from '../live/watch.ts'
import { createRecordBook, type RecordBook } from './record-book.ts'
import { recordPort } from './subject/configuration.ts'
import type { Orders } from './subject/orders.ts'
import { type PodRecord, unsealRecord } from './subject/record.ts'
import type { Lock } from './subject/seal.ts'

/** The ground truth that the pods of one namespace keep. */
export interface PodRecords extends Pick<RecordBook, 'processes' | 'requests'> {
  /** Sentences on what is lost or was never placed; empty in a valid trial. */
  problems(): string[]
  /** Polls every running pod once more. */
  poll(): Promise<void>
  /** Polls until every running pod has told what it did up to an instant of the epoch; one that does not is a problem. */
  complete(untilMs: number, withinMs?: number): Promise<void>
}

export interface PodRecordsSetting {
  readonly api: KubeApi
  readonly namespace: string
  readonly labelSelector: string
  /** Of the pods' last words. */
  readonly lock: Lock
  readonly onPod: (pod: PodObject, gone: boolean) => void
  readonly onPoll: () => void
  /** What a pod is to do from now on, told with each poll; undefined: nothing out of the ordinary. */
  readonly ordersFor: (pod: PodObject) => Orders | undefined
  readonly onFailure: (error: Error) => void
  readonly signal: AbortSignal
}

/** A record keeps its seconds, and a process its last word: what a poll brings late is late and not lost. */
const pollIntervalMs = 2000
/** An API server that is restarted is away for longer than one poll; a record waits for it. */
const completeWithinMs = 60_000
const retryIntervalMs = 500

/** Follows the records of a namespace's pods until the signal: by polls, and by the last words that the kubelet keeps in their status. */
export async function followPodRecords(setting: PodRecordsSetting): Promise<PodRecords> {
  const { api, namespace, signal } = setting
  const book = createRecordBook()
  const running = new Map<string, PodObject>()
  const unscheduled = new Map<string, string>()
  let silent: PodObject[] = []
  const base = `/api/v1/namespaces/${namespace}/pods`

  function noteEnd(pod: string, { message, startedAt, finishedAt }: Terminated) {
    const record = unsealRecord(message ?? '', setting.lock)
    if (record !== undefined) book.take(pod, record, true, Date.now())
    else book.noteEnd(pod, Date.parse(startedAt ?? ''), Date.parse(finishedAt ?? ''))
  }

  function noteEnds({ metadata, status }: PodObject) {
    const { state, lastState } = status?.containerStatuses?.[0] ?? {}
    for (const ended of [lastState?.terminated, state?.terminated]) if (ended) noteEnd(metadata.name, ended)
  }

  async function pollOne(pod: PodObject) {
    const { name } = pod.metadata
    const path = `${base}/${name}:${recordPort}/proxy/record?since=${book.since(name)}`
    const orders = setting.ordersFor(pod)
    const [method, body] = orders === undefined ? ['GET', {}] : ['POST', { body: orders }]
    const askedMs = Date.now()
    await api.json<PodRecord>(method as string, path, { ...(body as object), signal, timeoutMs: 3000 }).then(
      record => book.take(name, record, false, askedMs),
      // A pod that is starting or has just ended does not answer; what that loses shows in `problems`.
      () => undefined,
    )
  }

  async function pollAll(pods: Iterable<PodObject>) {
    await Promise.all([...pods].map(pollOne))
    setting.onPoll()
  }

  function silentSince(sinceMs: number): PodObject[] {
    return [...running.values()].filter(({ metadata: { name }, status }) => {
      const startedMs = Date.parse(status!.containerStatuses![0]!.state!.running!.startedAt)
      return startedMs < sinceMs && !book.hasAnswered(name, startedMs, sinceMs)
    })
  }

  async function complete(untilMs: number, withinMs = completeWithinMs) {
    const endMs = performance.now() + withinMs
    for (;;) {
      await pollAll(silentSince(untilMs))
      silent = silentSince(untilMs)
      if (silent.length === 0 || performance.now() >= endMs) return
      await sleep(retryIntervalMs, undefined, { signal })
    }
  }

  await watchObjects<PodObject>(api, {
    path: base,
    labelSelector: setting.labelSelector,
    signal,
    onFailure: setting.onFailure,
    onChange(pod) {
      const { name } = pod.metadata
      const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
      if (scheduled?.status === 'False') unscheduled.set(name, scheduled.message ?? '')
      if (pod.status?.containerStatuses?.[0]?.state?.running) running.set(name, pod)
      else running.delete(name)
      noteEnds(pod)
      setting.onPod(pod, false)
    },
    onGone(pod) {
      noteEnds(pod)
      running.delete(pod.metadata.name)
      book.noteGone(pod.metadata.name, Date.now())
      setting.onPod(pod, true)
    },
  })
  void (async () => {
    while (!signal.aborted) {
      const next = sleep(pollIntervalMs, undefined, { signal }).catch(() => undefined)
      await Promise.all([pollAll(running.values()), next])
    }
  })()

  return {
    processes: book.processes,
    requests: book.requests,
    poll: () => pollAll(running.values()),
    complete,
    problems: () => [
      ...book.losses(),
      ...silent.map(({ metadata }) => `pod ${metadata.name} did not tell of its last requests`),
      ...[...unscheduled].map(([pod, message]) => `pod ${pod} was not scheduled: ${message}`),
    ],
  }
}
