import type { LogEntry } from '../../../clusters/sim/logs.ts'
import type { LogLines, ToolCall } from '../../model/tool.ts'
import { framesOf, readEvents } from '../../model/trial-log.ts'
import type { Asked } from './asked.ts'

type LogSearch = Extract<ToolCall, { tool: 'logs' }>

/**
 * Lines of a service above level info, as far as they can be found by now. They are kept by the minute, and by the cell in the last
 * one: what ends in (fromMs, toMs] is counted, so that searches of neighbouring intervals share no line. Most frequent first.
 */
export function searchLogs({ world, setting }: Asked, { service, fromMs, toMs }: LogSearch): LogLines[] {
  const visibleMs = world.nowMs - setting.parameters.tools.logDelay.ms
  const mark = world.logs.marks.findLast(({ atMs }) => atMs <= visibleMs)
  const completeMs = mark?.fromMs ?? visibleMs
  const found: LogLines[] = []
  const add = (endMs: number, entries: readonly Readonly<Entry>[]) => {
    if (endMs <= fromMs || endMs > toMs) return
    for (const entry of entries) if (entry.source === service) count(found, entry)
  }
  for (const event of readEvents(framesOf(world.log), ['logs.written']))
    if (event.type === 'logs.written' && event.t <= completeMs) add(event.t, event.data.entries)
  if (mark !== undefined) add(mark.atMs, mark.entries)
  return found.toSorted((a, b) => b.count - a.count)
}

type Entry = Omit<LogEntry, 'level'> & { readonly level: string }

function count(found: LogLines[], { source, podTemplateHash, level, message, count }: Readonly<Entry>): void {
  const shown = level === 'fatal' ? 'error' : (level as LogLines['level'])
  const index = found.findIndex(
    one => one.podTemplateHash === podTemplateHash && one.level === shown && one.message === message,
  )
  const known = found[index]
  if (known === undefined) found.push({ service: source, podTemplateHash, level: shown, message, count })
  else found[index] = { ...known, count: known.count + count }
}
