import type { PodRecord, SecondCounts } from './subject/record.ts'

/** What is known of one process of the subject: the polled counts, and the final ones once its last word is known. */
export interface ProcessRecord {
  readonly pod: string
  readonly startedMs: number
  firstTouchedMs: number | null
  lastTouchedMs: number | null
  /** By second of the epoch. */
  readonly seconds: Map<number, SecondCounts>
  /** Its last word is known, so nothing of it can be missing. */
  final: boolean
  /** Epoch ms at which it was last asked and answered: it may have served more since. */
  polledMs: number
}

/** What all processes of the subject have said, put together. */
export interface RecordBook {
  readonly processes: ReadonlyMap<string, ProcessRecord>
  /** @param final it is the process's last word. @param askedMs when it was asked, of the epoch */
  take(pod: string, record: PodRecord, final: boolean, askedMs: number): void
  /** A process ended without a last word: it was killed. Instants are of the epoch, in whole seconds. */
  noteEnd(pod: string, startedMs: number, endedMs: number): void
  noteGone(pod: string, atMs: number): void
  /** The second from which a pod's next answer is wanted: the one that was not over at the last. */
  since(pod: string): number
  /** Whether the process that a pod has had since `startedMs` was asked at `sinceMs` or later, and answered. */
  hasAnswered(pod: string, startedMs: number, sinceMs: number): boolean
  /** Requests so far, of all processes. */
  requests(): number
  /** Sentences on processes whose last requests nobody knows. */
  losses(): string[]
}

/** Of a process that was killed this much is lost at most without making the trial invalid. */
const mostLostMs = 5000
/** A process serves no request before its pod is Ready. */
const unservedMs = 5000

export function createRecordBook(): RecordBook {
  const processes = new Map<string, ProcessRecord>()
  /** Ends of processes by pod and start, without a last word. */
  const ends = new Map<string, { readonly pod: string; readonly startedMs: number; readonly endedMs: number }>()
  const gone = new Map<string, number>()
  const ofPod = (pod: string) => [...processes.values()].filter(known => known.pod === pod)

  return {
    processes,
    take(pod, record, final, askedMs) {
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
      known.polledMs = Math.max(known.polledMs, askedMs)
      // An answer that was under way when the process said its last word is older than that.
      if (known.final) return
      known.final = final
      // Answers may overtake each other: counts only grow.
      known.firstTouchedMs ??= record.firstTouchedMs
      known.lastTouchedMs = latest(known.lastTouchedMs, record.lastTouchedMs)
      for (const counts of record.seconds) {
        if (counts[1] >= (known.seconds.get(counts[0])?.[1] ?? 0)) known.seconds.set(counts[0], counts)
      }
    },
    noteEnd: (pod, startedMs, endedMs) => void ends.set(`${pod} ${startedMs}`, { pod, startedMs, endedMs }),
    noteGone: (pod, atMs) => void gone.set(pod, atMs),
    since: pod => Math.max(0, ...ofPod(pod).map(({ seconds }) => Math.max(0, ...seconds.keys()))),
    hasAnswered: (pod, startedMs, sinceMs) =>
      ofPod(pod).some(known => known.startedMs >= startedMs && known.polledMs >= sinceMs),
    requests() {
      let requests = 0
      for (const { seconds } of processes.values()) for (const counts of seconds.values()) requests += counts[1]
      return requests
    },
    losses() {
      const killed = [...ends.values()].filter(({ pod, startedMs, endedMs }) => {
        const own = ofPod(pod).find(known => known.startedMs >= startedMs && known.startedMs <= endedMs + 1000)
        if (own === undefined) return endedMs - startedMs > unservedMs
        return !own.final && endedMs - own.polledMs > mostLostMs
      })
      const vanished = [...gone].flatMap(([pod, atMs]) => {
        const last = ofPod(pod).reduce<ProcessRecord | undefined>(later, undefined)
        if (last === undefined || last.final || atMs - last.polledMs <= mostLostMs) return []
        const isEnded = [...ends.values()].some(end => end.pod === pod && end.endedMs + 1000 >= last.startedMs)
        return isEnded ? [] : [last]
      })
      const pods = new Set([...killed, ...vanished].map(({ pod }) => pod))
      return [...pods].map(pod => `the last requests of pod ${pod} are lost`)
    },
  }
}

function later(one: ProcessRecord | undefined, other: ProcessRecord): ProcessRecord {
  return one === undefined || one.startedMs < other.startedMs ? other : one
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}
