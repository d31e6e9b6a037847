import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KubeApi } from '../live/kube-api.ts'
import type { PodObject } from '../live/objects.ts'
import { watchObjects } from '../live/watch.ts'
import { recordPort } from './subject/configuration.ts'
import type { PodRecord, SecondCounts } from './subject/record.ts'

/** What is known of one process of the subject: the polled counts, and the final ones once it has printed them. */
export interface ProcessRecord {
  readonly pod: string
  readonly startedMs: number
  firstTouchedMs: number | null
  lastTouchedMs: number | null
  /** By second of the epoch. */
  readonly seconds: Map<number, SecondCounts>
  /** It has printed its final record, so nothing of it can be missing. */
  final: boolean
  /** Epoch ms of the last poll that it answered. */
  polledMs: number
}

/** The ground truth that the pods of one namespace keep. */
export interface PodRecords {
  readonly processes: ReadonlyMap<string, ProcessRecord>
  /** Requests so far, of all processes. */
  requests(): number
  /** Sentences on what is lost or was never placed; empty in a valid trial. Call after the last poll. */
  problems(): string[]
  /** Polls every running pod once more. */
  poll(): Promise<void>
}

export interface PodRecordsSetting {
  readonly api: KubeApi
  readonly namespace: string
  readonly labelSelector: string
  readonly onPod: (pod: PodObject, gone: boolean) => void
  readonly onFailure: (error: Error) => void
  readonly signal: AbortSignal
}

const pollIntervalMs = 1000

/** Follows the records of a namespace's pods until the signal: by a poll a second, and by their logs for the final ones. */
export async function followPodRecords(setting: PodRecordsSetting): Promise<PodRecords> {
  const { api, namespace, signal } = setting
  const processes = new Map<string, ProcessRecord>()
  const running = new Map<string, PodObject>()
  const ran = new Map<string, number>()
  const following = new Set<string>()
  const unscheduled = new Map<string, string>()
  const base = `/api/v1/namespaces/${namespace}/pods`

  function take(pod: string, record: PodRecord, final: boolean) {
    const key = `${pod} ${record.startedMs}`
    const known: ProcessRecord = processes.get(key) ?? {
      pod,
      startedMs: record.startedMs,
      firstTouchedMs: null,
      lastTouchedMs: null,
      seconds: new Map(),
      final: false,
      polledMs: 0,
    }
    processes.set(key, known)
    known.polledMs = Date.now()
    // An answer that was under way when the process printed its last word is older than that.
    if (known.final) return
    known.final = final
    known.firstTouchedMs = record.firstTouchedMs
    known.lastTouchedMs = record.lastTouchedMs
    for (const counts of record.seconds) known.seconds.set(counts[0], counts)
  }

  async function followLog(pod: string, container: string) {
    following.add(pod)
    while (running.has(pod) && !signal.aborted) {
      await readLog(pod, `follow=true&container=${container}`).catch(() => undefined)
      // A restarted container: what the one before it printed while nobody followed.
      if ((ran.get(pod) ?? 0) > 0) await readLog(pod, `previous=true&container=${container}`).catch(() => undefined)
      await sleep(200, undefined, { signal }).catch(() => undefined)
    }
    following.delete(pod)
  }

  async function readLog(pod: string, query: string) {
    const stream = await api.stream(`${base}/${pod}/log?${query}`, { signal })
    for await (const line of createInterface({ input: stream })) {
      if (line.startsWith('{"record":')) take(pod, (JSON.parse(line) as { record: PodRecord }).record, true)
    }
  }

  async function pollOne(pod: string) {
    // The second that was not over at the last poll is asked for again.
    const since = Math.max(0, ...[...processes.values()].filter(known => known.pod === pod).map(lastSecond))
    const path = `${base}/${pod}:${recordPort}/proxy/record?since=${since}`
    await api.json<PodRecord>('GET', path, { signal, timeoutMs: 3000 }).then(
      record => take(pod, record, false),
      // A pod that is starting or has just ended does not answer; what that loses shows in `problems`.
      () => undefined,
    )
  }

  const poll = async () => {
    await Promise.all([...running.keys()].map(pollOne))
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
      const container = pod.status?.containerStatuses?.[0]
      if (container?.state?.running || (container?.restartCount ?? 0) > 0) {
        running.set(name, pod)
        ran.set(name, container?.restartCount ?? 0)
        if (!following.has(name)) void followLog(name, pod.spec.containers[0]!.name)
      }
      setting.onPod(pod, false)
    },
    onGone(pod) {
      running.delete(pod.metadata.name)
      setting.onPod(pod, true)
    },
  })
  void (async () => {
    while (!signal.aborted) {
      const next = sleep(pollIntervalMs, undefined, { signal }).catch(() => undefined)
      await Promise.all([poll(), next])
    }
  })()

  return {
    processes,
    poll,
    requests: () => [...processes.values()].reduce((sum, { seconds }) => sum + requestsOf(seconds), 0),
    problems() {
      const known = [...processes.values()]
      const lost = [...ran].flatMap(([pod, restarts]) => {
        const own = known.filter(record => record.pod === pod)
        const ended = running.has(pod) ? restarts : restarts + 1
        const missing = ended - own.filter(({ final }) => final).length
        return missing > 0 ? [`${missing} final record(s) of pod ${pod} lost`] : []
      })
      return [...lost, ...[...unscheduled].map(([pod, message]) => `pod ${pod} was not scheduled: ${message}`)]
    },
  }
}

function lastSecond({ seconds }: ProcessRecord): number {
  return Math.max(0, ...seconds.keys())
}

function requestsOf(seconds: ReadonlyMap<number, SecondCounts>): number {
  let requests = 0
  for (const counts of seconds.values()) requests += counts[1]
  return requests
}
