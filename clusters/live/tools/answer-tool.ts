import type { Call, ToolAnswer, ToolCall } from '../../../harness/model/tool.ts'
import type { Asked } from './asked.ts'
import { eventsSince } from './events.ts'
import { readFlags } from './flags.ts'
import { searchLogs } from './logs.ts'
import { queryMetrics } from './metrics.ts'
import { describeObjects } from './objects.ts'
import { readRevisions, releasesIn } from './revisions.ts'

/**
 * What an engineer would be told who asked now: by the Kubernetes API, the pods' logs, and Prometheus. Never rejects: what cannot be asked
 * is answered with the reason.
 */
export async function answerTool(asked: Asked, call: ToolCall): Promise<ToolAnswer> {
  try {
    return await answer(asked, call)
  } catch (error) {
    return { tool: call.tool, error: error instanceof Error ? error.message : String(error) }
  }
}

async function answer(asked: Asked, call: ToolCall): Promise<ToolAnswer> {
  switch (call.tool) {
    case 'changes': {
      const [sets, { changes: switches }] = await Promise.all([readRevisions(asked), readFlags(asked)])
      const changes = [...releasesIn(asked, sets), ...switches].filter(({ atMs }) => atMs >= call.sinceMs)
      return { tool: 'changes', changes: changes.sort((a, b) => a.atMs - b.atMs) }
    }
    case 'objects':
      return describeObjects(asked, call.service)
    case 'events':
      return { tool: 'events', events: await eventsSince(asked, call.sinceMs) }
    case 'logs':
      return { tool: 'logs', lines: await searchLogs(asked, call) }
    case 'metrics':
      return queryMetrics(asked, call)
    case 'graph':
      return graphOf(asked)
    case 'flags':
      return { tool: 'flags', flags: (await readFlags(asked)).flags }
  }
}

/** As people have written it down: a cluster does not tell who calls whom. */
function graphOf({ system: { entry, services } }: Asked): ToolAnswer {
  if (entry === undefined) return { tool: 'graph', error: 'nobody has said how the services call each other' }
  const calls = Object.entries(services).flatMap(([caller, { calls = {} }]) =>
    Object.keys(calls).map((callee): Call => ({ caller, callee })),
  )
  return { tool: 'graph', entry, calls }
}
