import { ratesOf } from '../../../clusters/rates.ts'
import { answerDelayMs } from '../../../clusters/sim/measure.ts'
import type { Look } from '../../model/look.ts'
import type { PodMetrics, ToolAnswer, ToolCall } from '../../model/tool.ts'
import { within } from '../../model/trial.ts'
import { framesOf, readEvents } from '../../model/trial-log.ts'
import type { Asked } from './asked.ts'

type MetricsQuery = Extract<ToolCall, { tool: 'metrics' }>

/** Where nobody is at the port, where Prometheus replays its write-ahead log, and where it takes too long: as its clients say it. */
const failures = {
  down: 'dial tcp prometheus:9090: connect: connection refused',
  restarting: 'server_error: server error: 503',
  slow: 'context deadline exceeded',
}

/** Rates over two windows, from the counters that Prometheus has scraped: looks are their differences, without extrapolation. */
export function queryMetrics({ world, setting }: Asked, { fromMs, toMs }: MetricsQuery): ToolAnswer {
  const { disturbances } = setting.plan
  const failed = (error: string): ToolAnswer => ({ tool: 'metrics', error })
  if (within(disturbances.prometheusDown, world.nowMs)) return failed(failures.down)
  if (within(disturbances.prometheusRestarts, world.nowMs)) return failed(failures.restarting)
  if (answerDelayMs(disturbances, world.nowMs) >= setting.parameters.tools.metricsTimeout.ms)
    return failed(failures.slow)
  const { topology, subject } = setting
  const rates = (looks: readonly Look[]) => ratesOf(topology, subject.telemetry, looks)
  const startMs = fromMs - (toMs - fromMs)
  const before: Look[] = []
  const now: Look[] = []
  for (const { type, data } of readEvents(framesOf(world.log), ['look.taken'])) {
    if (type !== 'look.taken' || data.toMs <= startMs || data.toMs > toMs) continue
    ;(data.toMs <= fromMs ? before : now).push(data)
  }
  return { tool: 'metrics', before: rates(before), now: rates(now), pods: podMetrics(world) }
}

/** A few scrapes. */
const staleAfterMs = 30_000

/** In order of the name; a pod that was not scraped of late is stale. */
function podMetrics({ looks }: Asked['world']): PodMetrics[] {
  return Object.entries(looks.pods)
    .filter(([, { seenAtMs }]) => looks.lastLookMs - seenAtMs <= staleAfterMs)
    .map(([pod, { inFlight }]) => ({ pod, inFlight }))
    .sort((a, b) => (a.pod < b.pod ? -1 : 1))
}
