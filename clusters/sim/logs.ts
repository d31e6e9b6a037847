import type { EventData } from '../../harness/model/event.ts'

export const logLevels = ['info', 'warn', 'error', 'fatal'] as const
export type LogLevel = (typeof logLevels)[number]

/** How often log lines are summed up, in ms of trial time. */
export const logIntervalMs = 60_000

/** Lines of the running minute: info as a total, others by source, level and message. Plain data. */
export interface LogState {
  fromMs: number
  infoCount: number
  entries: LogEntry[]
  /** What the running minute held at the ends of the last cells, oldest first: never changed, but replaced. */
  marks: readonly LogMark[]
  /** Messages of which no line is written any more. */
  quieted: readonly string[]
}

/** All lines since `fromMs`, as they stood at a time. */
export interface LogMark {
  readonly fromMs: number
  readonly atMs: number
  readonly entries: readonly Readonly<LogEntry>[]
}

export interface LogEntry {
  readonly source: string
  readonly podTemplateHash: string
  readonly level: LogLevel
  readonly message: string
  count: number
}

/** What programs write. It says what an engineer reads there, and never what is wrong with a release. */
export const logMessages = {
  served: 'request served',
  requestFailed: 'request failed: internal server error',
  requestRejected: 'request rejected: too many requests waiting',
  clientGone: 'client closed the connection before the answer',
  slowRequest: 'slow request',
  callsFailed: 'request failed: a call to another service failed or timed out',
  deprecated: 'deprecated request header accepted',
  stopping: 'received SIGTERM, draining',
  outOfMemory: 'out of memory',
  exited: 'unhandled error, process exits with code 1',
} as const

export function createLogs(fromMs: number): LogState {
  return { fromMs, infoCount: 0, entries: [], marks: [], quieted: [] }
}

export function cloneLogs(logs: LogState): LogState {
  return { ...logs, entries: logs.entries.map(entry => ({ ...entry })) }
}

/** Notes what stands in the minute that runs, or ends, now. @param keptMs how far back such notes are wanted. */
export function markLogs(logs: LogState, nowMs: number, keptMs: number): void {
  const { fromMs, entries } = logs
  const mark = { fromMs, atMs: nowMs, entries: entries.map(entry => ({ ...entry })) }
  logs.marks = [...logs.marks.filter(({ atMs }) => atMs >= nowMs - keptMs), mark]
}

/**
 * Some lines were written.
 * @param source the service.
 * @param podTemplateHash of the pods that wrote them; empty where the service has no versions.
 * @param count 0 adds nothing.
 */
export function addLog(
  logs: LogState,
  source: string,
  podTemplateHash: string,
  level: LogLevel,
  message: string,
  count: number,
): void {
  if (count === 0 || logs.quieted.includes(message)) return
  if (level === 'info') {
    logs.infoCount += count
    return
  }
  const known = logs.entries.find(
    entry =>
      entry.source === source &&
      entry.podTemplateHash === podTemplateHash &&
      entry.level === level &&
      entry.message === message,
  )
  if (known === undefined) logs.entries.push({ source, podTemplateHash, level, message, count })
  else known.count += count
}

/**
 * Lines of a message are no longer written, or are again.
 * @returns why not; empty when it was done
 */
export function setQuiet(logs: LogState, message: string, quiet: boolean): string {
  if (!(Object.values(logMessages) as string[]).includes(message)) return 'nobody writes such a message'
  const isQuiet = logs.quieted.includes(message)
  if (isQuiet === quiet) return quiet ? 'the message is not written already' : 'the message is written already'
  logs.quieted = quiet ? [...logs.quieted, message] : logs.quieted.filter(one => one !== message)
  return ''
}

/**
 * Ends the minute and begins the next one.
 * @returns what is to be recorded as `logs.written`, whatever the order in which lines came; undefined when nothing was written.
 */
export function flushLogs(logs: LogState, nowMs: number): EventData<'logs.written'> | undefined {
  const { fromMs, infoCount } = logs
  const entries = logs.entries.sort(compareEntries)
  logs.fromMs = nowMs
  logs.infoCount = 0
  logs.entries = []
  return infoCount === 0 && entries.length === 0 ? undefined : { fromMs, infoCount, entries }
}

/** By source, then version, worst level first, then message. */
function compareEntries(a: LogEntry, b: LogEntry): number {
  return (
    compareText(a.source, b.source) ||
    compareText(a.podTemplateHash, b.podTemplateHash) ||
    logLevels.indexOf(b.level) - logLevels.indexOf(a.level) ||
    compareText(a.message, b.message)
  )
}

/** By UTF-16 code units, never by locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
