import type { Call, FlagState, KubernetesEvent, ToolAnswer, ToolCall } from '../../model/tool.ts'
import { framesOf, readEvents } from '../../model/trial-log.ts'
import type { Asked } from './asked.ts'
import { changesIn } from './changes.ts'
import { searchLogs } from './logs.ts'
import { queryMetrics } from './metrics.ts'
import { describeObjects } from './objects.ts'

/**
 * What an engineer would be told who asked now. It is read from where they could look: repository and pipeline, the Kubernetes API,
 * the log store, Prometheus, the flag service; texts in it are the words of whoever wrote them.
 */
export function answerTool(run: Asked, call: ToolCall): ToolAnswer {
  switch (call.tool) {
    case 'changes':
      return { tool: 'changes', changes: changesIn(run, call.sinceMs) }
    case 'objects':
      return describeObjects(run, call.service)
    case 'events':
      return { tool: 'events', events: eventsSince(run, call.sinceMs) }
    case 'logs':
      return { tool: 'logs', lines: searchLogs(run, call) }
    case 'metrics':
      return queryMetrics(run, call)
    case 'graph':
      return { tool: 'graph', entry: run.setting.topology.entry, calls: callsIn(run) }
    case 'flags':
      return { tool: 'flags', flags: flagsOf(run) }
  }
}

function eventsSince({ world, setting }: Asked, sinceMs: number): KubernetesEvent[] {
  const fromMs = Math.max(sinceMs, world.nowMs - setting.parameters.tools.eventsKept.ms)
  const events: KubernetesEvent[] = []
  for (const event of readEvents(framesOf(world.log), ['kubernetes.emitted']))
    if (event.type === 'kubernetes.emitted' && event.t >= fromMs) events.push({ atMs: event.t, ...event.data })
  return events
}

function callsIn({ setting }: Asked): Call[] {
  return Object.entries(setting.topology.services).flatMap(([caller, { calls }]) =>
    Object.keys(calls).map(callee => ({ caller, callee })),
  )
}

function flagsOf({ world, setting }: Asked): FlagState[] {
  const { incident } = setting.plan
  if (incident === null || incident.flag === null) return []
  const { name, before } = incident.flag
  let state: FlagState = { flag: name, value: before, changedAtMs: null }
  for (const event of readEvents(framesOf(world.log), ['flag.changed']))
    if (event.type === 'flag.changed' && event.data.flag === name)
      state = { flag: name, value: event.data.toValue, changedAtMs: event.t }
  return [state]
}
