import type { MetricAnswer } from '../expr/condition.ts'
import type { PodTimings } from '../kubernetes/state.ts'
import type { CaseFile, RecordedPod, SampleText, Signal } from './case-file.ts'
import type { RolloutPorts } from './handle.ts'

/** How long a container that exits at once was seen ready on the recorded cluster. */
const crashSeconds = 1.2

export interface PlayedQuery {
  readonly atMs: number
  readonly query: string
  readonly answer: Omit<Signal, 'from'>
}

/** metricproviders/prometheus/prometheus.go: a query may take 30 s. */
const defaultTimeoutSeconds = 30
/** For pods that nobody recorded: 2.3 s was the median from creation to readiness on the recorded cluster. */
const unrecorded: PodTimings = {
  scheduleMs: 0,
  pullMs: 0,
  startMs: 0,
  readyFlipsMs: [2300],
  exitMs: null,
  terminateMs: 1000,
}

/**
 * The ports of a case: its signals answer queries, and each pod that starts after the update takes as long as the recorded one of
 * the same ReplicaSet and rank.
 * @param numberOf the ReplicaSet's rank by creation, from 1
 */
export function casePorts(
  file: CaseFile,
  startMs: number,
  numberOf: (podTemplateHash: string) => number,
  queries: PlayedQuery[],
): RolloutPorts {
  const played = new Map<string, number>()
  return {
    measure(_, metric, nowMs) {
      const { query = '', timeout = defaultTimeoutSeconds } = metric.provider.prometheus ?? {}
      const name = query.split('{')[0]!.trim()
      const signal = signalAt(file.signals?.[name] ?? [], (nowMs - startMs) / 1000)
      const { from: _from, ...answer } = signal
      queries.push({ atMs: nowMs, query, answer })
      const delay = signal.delay ?? 0
      const isTooLate = delay > timeout
      const result = isTooLate ? { error: 'context deadline exceeded' } : answerOf(signal)
      return { ...result, delayMs: Math.min(delay, timeout) * 1000 }
    },
    podTimings(pod, nowMs) {
      if (nowMs < startMs) return unrecorded
      const rank = played.get(pod.podTemplateHash) ?? 0
      played.set(pod.podTemplateHash, rank + 1)
      const recorded = recordedPod(file, `r${numberOf(pod.podTemplateHash)}`, rank)
      return recorded === undefined ? unrecorded : timingsOf(recorded, nowMs - startMs)
    },
  }
}

function signalAt(signals: readonly Signal[], second: number): Signal {
  return signals.findLast(signal => signal.from <= second) ?? signals[0] ?? { from: 0, empty: true }
}

function answerOf(signal: Signal): { answer: MetricAnswer } | { error: string } {
  if (signal.error !== undefined) return { error: 'server_error: server error: 500' }
  if (signal.badRequest !== undefined) return { error: `bad_data: ${signal.badRequest}` }
  if (signal.string !== undefined) return { error: 'bad_response: readObjectStart: expect { or n' }
  if (signal.scalar !== undefined) return { answer: { kind: 'scalar', value: toNumber(signal.scalar) } }
  const values = signal.values ?? (signal.value === undefined ? [] : [signal.value])
  return { answer: { kind: 'vector', values: values.map(toNumber) } }
}

function toNumber(sample: SampleText): number {
  if (typeof sample === 'number') return sample
  return Number(sample.replace('Inf', 'Infinity'))
}

function recordedPod(file: CaseFile, rs: string, rank: number): RecordedPod | undefined {
  const pods = (file.conditionsOfRecording?.pods ?? []).filter(pod => pod.rs === rs && pod.created >= 0)
  return pods.toSorted((a, b) => a.created - b.created)[rank]
}

/**
 * A recorded pod becomes ready when it did in the recording, so that the pace of the cluster's API is its pace too; or, where that
 * has passed, as long after its creation.
 */
function timingsOf(pod: RecordedPod, createdMs: number): PodTimings {
  const flipsMs = flipsOf(pod).map(at => at * 1000)
  const originMs = (flipsMs[0] ?? 0) >= createdMs ? createdMs : pod.created * 1000
  const isEndKnown = pod.gone !== undefined && pod.terminating !== undefined
  return {
    ...unrecorded,
    readyFlipsMs: flipsMs.map(at => Math.max(0, Math.round(at - originMs))),
    terminateMs: isEndKnown ? Math.round((pod.gone! - pod.terminating!) * 1000) : unrecorded.terminateMs,
  }
}

/**
 * Seconds at which readiness changed. A recording of a pod that restarted may name only when it became ready, once for each start; it
 * then lost it again at the exit of its process.
 */
function flipsOf({ ready, restarts = 0 }: RecordedPod): number[] {
  const flips = typeof ready === 'number' ? [ready] : [...(ready ?? [])]
  if (restarts === 0 || flips.length > restarts + 1) return flips
  return flips.flatMap((up, index) => [
    up,
    Math.min(up + crashSeconds, ((flips[index + 1] ?? Number.POSITIVE_INFINITY) + up) / 2),
  ])
}
