import type { LogLines, ToolCall } from '../../../harness/model/tool.ts'
import { KubeError } from '../kube-api.ts'
import { hashLabel, type PodObject } from '../objects.ts'
import type { Asked } from './asked.ts'

type LogSearch = Extract<ToolCall, { tool: 'logs' }>

/** Of one pod's log, from its end: what a search reads at most. */
const bytesRead = 2 ** 20

/**
 * Lines above level info that the pods of the service under test wrote in (fromMs, toMs], those of a container's former process too, as far
 * as the kubelet still has them: a pod that is gone has taken its log with it. Most frequent first.
 * @throws where another service is asked for, or no pod's log can be read
 */
export async function searchLogs(asked: Asked, { service, fromMs, toMs }: LogSearch): Promise<LogLines[]> {
  if (service !== asked.system.subject) throw new Error(`the logs of ${service} are not collected`)
  const read = await Promise.allSettled([...asked.pods.values()].map(pod => readLog(asked, pod, fromMs)))
  const texts = read.flatMap(one => (one.status === 'fulfilled' ? [one.value] : []))
  const failure = read.find(one => one.status === 'rejected')
  if (texts.length === 0 && failure !== undefined) throw failure.reason
  const found = new Map<string, { -readonly [K in keyof LogLines]: LogLines[K] }>()
  for (const { podTemplateHash, text } of texts) {
    for (const line of text.split('\n')) {
      const written = readLine(line)
      if (written === undefined || written.level === 'info') continue
      const t = written.epochMs - asked.startEpochMs
      if (t <= fromMs || t > toMs) continue
      const { level, message } = written
      const key = JSON.stringify([podTemplateHash, level, message])
      const known = found.get(key)
      if (known === undefined) found.set(key, { service, podTemplateHash, level, message, count: 1 })
      else known.count++
    }
  }
  return [...found.values()].sort((a, b) => b.count - a.count)
}

async function readLog({ api, namespace, startEpochMs, signal }: Asked, pod: PodObject, fromMs: number) {
  const { name, labels } = pod.metadata
  const since = new Date(startEpochMs + fromMs).toISOString().replace(/\.\d+Z$/, 'Z')
  const container = encodeURIComponent(pod.spec.containers[0]?.name ?? '')
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?container=${container}&timestamps=true&sinceTime=${since}&limitBytes=${bytesRead}`
  const hasFormer = (pod.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0
  const former = hasFormer ? api.text(`${path}&previous=true`, { signal }).catch(nothingIfAbsent) : ''
  const current = api.text(path, { signal }).catch(nothingIfAbsent)
  const texts = await Promise.all([former, current])
  return { podTemplateHash: labels?.[hashLabel] ?? '', text: texts.join('\n') }
}

/** A pod that is gone, or whose container has not started. */
function nothingIfAbsent(error: unknown): string {
  if (error instanceof KubeError && (error.status === 404 || error.status === 400)) return ''
  throw error
}

interface WrittenLine {
  readonly epochMs: number
  readonly level: LogLines['level']
  readonly message: string
}

const levelNames: Readonly<Record<string, LogLines['level']>> = {
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  fatal: 'error',
  critical: 'error',
  panic: 'error',
}

/**
 * A line of a structured log, behind the time that the kubelet puts before it: JSON with `level` or `severity`, and `message` or `msg`.
 * Undefined for what is none: its level is not known.
 */
function readLine(line: string): WrittenLine | undefined {
  const space = line.indexOf(' ')
  const epochMs = Date.parse(line.slice(0, space))
  if (space === -1 || Number.isNaN(epochMs) || line[space + 1] !== '{') return undefined
  try {
    const fields = JSON.parse(line.slice(space + 1)) as Readonly<Record<string, unknown>>
    const level = fields['level'] ?? fields['severity']
    const message = fields['message'] ?? fields['msg']
    if (typeof level !== 'string' || typeof message !== 'string') return undefined
    return { epochMs, level: levelNames[level.toLowerCase()] ?? 'info', message }
  } catch {
    return undefined
  }
}
