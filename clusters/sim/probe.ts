import { normalQuantile } from '../../harness/stats/special.ts'
import { noteProbe, sendProbe } from './prober.ts'
import { isScraping } from './scraping.ts'
import type { VersionOutcome } from './system/index.ts'
import { slowerThan } from './system/latency-law.ts'
import { record, show, type World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** A synthetic user asks what users ask, on any of their routes, and waits for it as for the service under test. */
export function probe(setting: WorldSetting, world: World): void {
  const { system, telemetry } = setting
  const { lastFlow, nowMs } = world
  if (lastFlow === null) return
  const { routes, versions } = lastFlow
  const failedRatio = routes.reduce((sum, route, i) => sum + route.failedRatio * system.routes[i]!.share, 0)
  const durationMs = (u: number) => 1000 * quantileS(versions, u)
  const answer = sendProbe(telemetry.prober, { failedRatio, durationMs }, nowMs)
  const storage = isScraping(setting, nowMs) ? world.prometheus : null
  if (noteProbe(telemetry.prober, world.prober, storage, answer, nowMs)) record(world, 'probe.answered', answer)
  show(world, { t: nowMs, type: 'probe.answered', ...answer })
}

/** Between these seconds every answer comes, and so many halvings of the ratio tell it within a millionth of itself. */
const shortestS = 1e-4
const longestS = 1e4
const halvings = 25

/** Seconds within which a share of the answers has come, whichever pods give them; 0 where nobody is there to wait for. */
function quantileS(versions: readonly VersionOutcome[], share: number): number {
  const [first, ...others] = versions
  if (first === undefined) return 0
  const { shiftS, mu, sigma, slowRatio } = first.latency
  if (others.length === 0 && slowRatio === 0) return shiftS + Math.exp(mu + sigma * normalQuantile(share))
  const total = versions.reduce((sum, { requestRatePerS }) => sum + requestRatePerS, 0)
  const beyond = (boundS: number) =>
    versions.reduce((sum, { latency, requestRatePerS }) => sum + requestRatePerS * slowerThan(latency, boundS), 0) /
    total
  let low = shortestS
  let high = longestS
  for (let i = 0; i < halvings; i++) {
    const middle = Math.sqrt(low * high)
    if (total === 0 || beyond(middle) <= 1 - share) high = middle
    else low = middle
  }
  return high
}
