import type { Look } from '../../harness/model/look.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { KubeApi } from './kube-api.ts'
import {
  createLookReader,
  endInterval,
  type LookedAt,
  lookQuery,
  type RangeSeries,
  readScrapes,
} from './look-reader.ts'
import { sleepUntil } from './sleep-until.ts'

export interface LookSetting {
  readonly api: KubeApi
  readonly namespace: string
  readonly telemetry: Telemetry
  readonly system: LookedAt
  /** Path of Prometheus behind the API server, without a slash at its end. */
  readonly prometheusPath: string
  readonly lookIntervalMs: number
  readonly horizonMs: number
  readonly startEpochMs: number
  /** Epoch ms at which a pod's process started; undefined for a pod that is gone. */
  readonly podStartMs: (pod: string) => number | undefined
  /** A look, or the reason why there is none. */
  readonly onLook: (outcome: Look | string) => void
  readonly signal: AbortSignal
}

/**
 * Takes a look at every interval up to the horizon. It ends when it was due, whenever the answer came, as Prometheus dates what its rules
 * evaluate (v3.5.0, rules/group.go, EvalTimestamp): some ms more or less would make another count of looks of every span of looks. One
 * whose answer was late is not taken again: the next one is that of the next whole interval, and counts what has happened since the
 * last. Rejects when the signal aborts.
 */
export async function takeLooks(setting: LookSetting): Promise<void> {
  const { api, telemetry, lookIntervalMs, startEpochMs, signal } = setting
  const reader = createLookReader(telemetry, setting.system, startEpochMs)
  // Samples of the last interval, and those that a slow answer or a missed look left behind.
  const windowS = Math.ceil((2 * lookIntervalMs + 2 * telemetry.scrapeInterval) / 1000)
  const query = encodeURIComponent(lookQuery(telemetry, setting.namespace, windowS))
  const path = `${setting.prometheusPath}/api/v1/query?query=${query}`
  /** @returns why it failed, if it did. */
  async function read(): Promise<string | undefined> {
    try {
      const answer = await api.json<{ data: { result: RangeSeries[] } }>('GET', path, {
        signal,
        timeoutMs: lookIntervalMs,
      })
      readScrapes(reader, answer.data.result, setting.podStartMs)
      return undefined
    } catch (error) {
      signal.throwIfAborted()
      return error instanceof Error ? error.message : String(error)
    }
  }

  // What was counted before t = 0 is the base of the first look.
  if ((await read()) === undefined) endInterval(reader, 0)
  for (let dueMs = lookIntervalMs; dueMs <= setting.horizonMs; ) {
    await sleepUntil(startEpochMs + dueMs, signal)
    const missed = await read()
    setting.onLook(missed ?? endInterval(reader, dueMs) ?? 'no sample of any pod since the last look')
    const passedMs = Date.now() - startEpochMs
    dueMs = Math.max(dueMs + lookIntervalMs, Math.floor(passedMs / lookIntervalMs + 0.5) * lookIntervalMs)
  }
}
