import { normalQuantile } from '../../harness/stats/special.ts'
import { noteProbe, sendProbe } from './prober.ts'
import { isScraping } from './scraping.ts'
import { record, show, type World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** A synthetic user asks what users ask, on any of their routes. */
export function probe(setting: WorldSetting, world: World): void {
  const { system, telemetry } = setting
  const { lastFlow, nowMs } = world
  if (lastFlow === null) return
  const { routes, versions } = lastFlow
  const badRatio = routes.reduce((sum, route, i) => sum + route.badRatio * system.routes[i]!.share, 0)
  const law = versions[0]?.latency
  const durationMs = (u: number) =>
    law === undefined ? Infinity : 1000 * (law.shiftS + Math.exp(law.mu + law.sigma * normalQuantile(u)))
  const answer = sendProbe(telemetry.prober, { badRatio, durationMs }, nowMs)
  const storage = isScraping(setting, nowMs) ? world.prometheus : null
  if (noteProbe(telemetry.prober, world.prober, storage, answer, nowMs)) record(world, 'probe.answered', answer)
  show(world, { t: nowMs, type: 'probe.answered', ...answer })
}
