import { binomialQuantile, poissonQuantile } from '../../harness/stats/quantiles.ts'
import { uniform3 } from '../../harness/stats/uniform.ts'
import { cellMs } from './subject/cell.ts'
import type { SystemOutcome } from './system/index.ts'
import type { World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** Users' requests of a cell on the routes that do not need the service under test. */
export interface Elsewhere {
  readonly requests: number
  readonly bad: number
  readonly touched: number
}

/**
 * @param users requests of the cell that are expected at the entry.
 * @param shadow had the fault never been there.
 */
export function drawElsewhere(
  setting: WorldSetting,
  cell: number,
  users: number,
  outcome: SystemOutcome,
  shadow: SystemOutcome,
): Elsewhere {
  const { noise } = setting.traffic
  let requests = 0
  let bad = 0
  let touched = 0
  outcome.routes.forEach(({ badRatio }, i) => {
    const { share, touchesSubject } = setting.system.routes[i]!
    if (touchesSubject) return
    const count = drawCount(setting, cell, i, 0, users * share)
    const u = uniform3(noise.elsewhere, cell, i, 1)
    const failing = (ratio: number) => (ratio === 0 ? 0 : binomialQuantile(u, count, ratio))
    const failed = failing(badRatio)
    requests += count
    bad += failed
    if (outcome !== shadow) touched += Math.abs(failed - failing(shadow.routes[i]!.badRatio))
  })
  return { requests, bad, touched }
}

/** Stream of what befalls requests that need the service under test before they reach it. */
const besidesStream = 999

/**
 * Of the users' requests of a cell that the service under test answers well, those that the entry or other services on the route fail or
 * delay all the same.
 */
export function drawBesides(
  setting: WorldSetting,
  cell: number,
  good: number,
  outcome: SystemOutcome,
  shadow: SystemOutcome,
): { readonly bad: number; readonly touched: number } {
  const u = uniform3(setting.traffic.noise.elsewhere, cell, besidesStream, 1)
  const failing = (ratio: number) => (ratio === 0 || good === 0 ? 0 : binomialQuantile(u, good, ratio))
  const bad = failing(besidesRatio(setting, outcome))
  return { bad, touched: outcome === shadow ? 0 : Math.abs(bad - failing(besidesRatio(setting, shadow))) }
}

/** Share of the requests that need the service under test which are bad whatever it does. */
export function besidesRatio({ system }: WorldSetting, { routes }: SystemOutcome): number {
  let ratio = 0
  let shares = 0
  routes.forEach(({ badBesidesSubjectRatio }, i) => {
    const { share, touchesSubject } = system.routes[i]!
    if (!touchesSubject) return
    ratio += share * badBesidesSubjectRatio
    shares += share
  })
  return shares === 0 ? 0 : ratio / shares
}

/** Streams of a service's counts come after those of the routes. */
const firstService = 1000

/** Adds to the other services' counters what the cell brings them. */
export function growServices(setting: WorldSetting, world: World, cell: number, outcome: SystemOutcome): void {
  for (const state of world.services) {
    const totals = outcome.services.find(({ name }) => name === state.name)!
    const count = (what: number, perS: number) =>
      drawCount(setting, cell, firstService + state.target, what, (perS * cellMs) / 1000)
    // A queue that drains answers more errors than requests arrive.
    const good = count(0, Math.max(0, totals.requestsPerS - totals.errorsPerS))
    state.growing[0] = good
    state.growing[1] = count(1, totals.errorsPerS)
    state.growingSlow = Math.min(good, count(2, totals.slowPerS))
  }
}

/** As many as expected, or as chance has it. */
function drawCount({ traffic }: WorldSetting, cell: number, stream: number, what: number, mean: number): number {
  if (mean === 0) return 0
  if (traffic.dispersionIndex === 0) return Math.floor((cell + 1) * mean) - Math.floor(cell * mean)
  return poissonQuantile(uniform3(traffic.noise.elsewhere, cell, stream, what), mean)
}
