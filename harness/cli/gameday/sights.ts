import { formatRatio } from '../../../reports/format.ts'
import type { ToolAnswer, ToolCall } from '../../model/tool.ts'
import { renderColumns } from '../columns.ts'
import type { Sight } from './game-world.ts'
import { clock } from './status.ts'

/** How far back a look goes. */
const backMs = 300_000
const ratesMs = 60_000
const rowsShown = 15

/** What a tool is asked for a look. */
export function callOf(sight: Sight, service: string, nowMs: number): ToolCall {
  switch (sight) {
    case 'objects':
      return { tool: 'objects', service }
    case 'events':
      return { tool: 'events', sinceMs: nowMs - backMs }
    case 'logs':
      return { tool: 'logs', service, fromMs: nowMs - backMs, toMs: nowMs }
    case 'metrics':
      return { tool: 'metrics', fromMs: nowMs - ratesMs, toMs: nowMs }
    case 'changes':
      return { tool: 'changes', sinceMs: Number.NEGATIVE_INFINITY }
  }
}

/** A tool's answer for people, the latest and most frequent where it is long. @param columns of the screen */
export function answerLines(answer: ToolAnswer, nameOf: (hash: string) => string, columns: number): string[] {
  if ('error' in answer) return [answer.error]
  switch (answer.tool) {
    case 'objects': {
      const { rollout, pods } = answer
      const rows = pods.map(pod => [
        pod.name,
        nameOf(pod.podTemplateHash),
        pod.waitingReason || (pod.ready ? 'ready' : pod.phase),
        String(pod.restarts),
        pod.cpuMilli === null ? '–' : `${pod.cpuMilli}m`,
        pod.memoryMiB === null ? '–' : `${pod.memoryMiB}Mi`,
      ])
      return [
        `${rollout.name}: ${rollout.replicas} replicas`,
        ...table(['pod', '', 'state', 'restarts', 'cpu', 'memory'], rows, columns),
      ]
    }
    case 'events': {
      const rows = answer.events.map(({ atMs, object, reason, message }) => [
        clock(atMs),
        object,
        `${reason}: ${message}`,
      ])
      return rows.length === 0
        ? ['no events in 5 minutes']
        : table(['', 'object', 'event'], rows.slice(-rowsShown), columns)
    }
    case 'logs': {
      const rows = answer.lines.map(line => [
        String(line.count),
        nameOf(line.podTemplateHash),
        line.level,
        line.message,
      ])
      return rows.length === 0
        ? ['no lines above info in 5 minutes']
        : table(['lines', '', 'level', 'message'], rows.slice(0, rowsShown), columns)
    }
    case 'metrics': {
      const rows = answer.now.map(({ service, podTemplateHash, requestsPerSecond, errorRatio, slowRatio, meanMs }) => [
        podTemplateHash === '' ? service : `  ${nameOf(podTemplateHash)}`,
        requestsPerSecond.toFixed(1),
        formatRatio(errorRatio),
        formatRatio(slowRatio),
        meanMs === null ? '–' : `${Math.round(meanMs)}ms`,
      ])
      return table(['last minute', 'requests/s', 'errors', 'slow', 'mean'], rows, columns)
    }
    case 'changes': {
      const rows = answer.changes.map(({ id, service, atMs, liveAtMs, message, diffs }) => [
        clock(liveAtMs ?? atMs),
        id.slice(0, 20),
        service,
        [message, ...diffs.map(({ file, key }) => `${key} in ${file}`)].filter(text => text !== '').join('; '),
      ])
      return table(['', 'change', 'of', 'what'], rows.slice(-rowsShown), columns)
    }
    case 'graph':
    case 'flags':
      return []
  }
}

function table(headings: readonly string[], rows: readonly (readonly string[])[], columns: number): string[] {
  return renderColumns(headings, rows, columns).trimEnd().split('\n')
}
