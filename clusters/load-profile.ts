import { type LoadPlan, modulationStepMs } from '../harness/model/load.ts'

const dayMs = 24 * 3_600_000
/** The daily shape is as good as straight for this long: it differs by less than 1e-4 of the mean of the day. */
const straightMs = 300_000

/** How many times its base rate the load has at an instant; where it jumps, the rate after the jump. */
export function rateFactor(plan: LoadPlan, tMs: number): number {
  let factor = stageFactor(plan, tMs)
  for (const burst of plan.bursts) if (burst.fromMs <= tMs && tMs < burst.toMs) factor *= burst.factor
  return factor * dailyFactor(plan, tMs) * modulation(plan, tMs)
}

/** Mean of `rateFactor` over an interval: a burst counts by the part that lies in it. */
export function meanFactor(plan: LoadPlan, fromMs: number, toMs: number): number {
  const points = breakpoints(plan, fromMs, toMs)
  let sum = 0
  // Gauss-Legendre with two points, exact for the product of up to three straight lines.
  for (let i = 1; i < points.length; i++) {
    const half = (points[i]! - points[i - 1]!) / 2
    const middle = points[i - 1]! + half
    const offset = half / Math.sqrt(3)
    sum += half * (rateFactor(plan, middle - offset) + rateFactor(plan, middle + offset))
  }
  return sum / (toMs - fromMs)
}

/** Slow random factor of the rate, with mean 1 over all seeds. */
export function modulation({ modulation: knots }: LoadPlan, tMs: number): number {
  const position = tMs / modulationStepMs
  const knot = Math.floor(position)
  const left = knots[knot]
  if (left === undefined) return 1
  const right = knots[knot + 1]
  return right === undefined ? left : left + (position - knot) * (right - left)
}

/** Share of the requests at an instant that go to a route; 0 for one that the load does not have. */
export function routeShare({ routes }: LoadPlan, route: string, tMs: number): number {
  let share = 0
  for (const mix of routes) if (mix.fromMs <= tMs) share = mix.shares[route] ?? 0
  return share
}

/** Share of the requests that come from a tenant; 0 for one that the load does not have. */
export function tenantShare({ tenants }: LoadPlan, tenant: string): number {
  return tenants[tenant] ?? 0
}

/**
 * The instants of an interval, both ends among them, between which the rate is as good as a product of straight lines; it jumps at none
 * but these.
 */
export function breakpoints(
  { stages, bursts, modulation: knots, daily }: LoadPlan,
  fromMs: number,
  toMs: number,
): number[] {
  const points = [fromMs, toMs]
  const add = (ms: number) => fromMs < ms && ms < toMs && points.push(ms)
  for (const stage of stages) {
    add(stage.fromMs)
    add(stage.toMs)
  }
  for (const burst of bursts) {
    add(burst.fromMs)
    add(burst.toMs)
  }
  // A step after the last knot the modulation ends with a jump.
  addGrid(modulationStepMs, fromMs, Math.min(toMs, knots.length * modulationStepMs + 1))
  if (daily !== null) addGrid(straightMs, fromMs, toMs)
  if (points.length === 2) return points
  return [...new Set(points)].sort((a, b) => a - b)

  function addGrid(stepMs: number, beginMs: number, endMs: number) {
    for (let ms = (Math.floor(beginMs / stepMs) + 1) * stepMs; ms < endMs; ms += stepMs) points.push(ms)
  }
}

function stageFactor({ stages }: LoadPlan, tMs: number): number {
  let factor = 1
  for (const { fromMs, toMs, from, to } of stages) {
    if (tMs < fromMs) return factor
    if (tMs < toMs) return from + ((to - from) * (tMs - fromMs)) / (toMs - fromMs)
    factor = to
  }
  return factor
}

function dailyFactor({ daily, startsAtMs }: LoadPlan, tMs: number): number {
  return daily === null ? 1 : dayShape(daily, startsAtMs + tMs) / daily.atStart
}

/** The rate at a time of day over the mean of the day. */
export function dayShape(
  daily: Pick<NonNullable<LoadPlan['daily']>, 'amplitude' | 'second' | 'peakMs'>,
  timeOfDayMs: number,
): number {
  const cosine = Math.cos((2 * Math.PI * (timeOfDayMs - daily.peakMs)) / dayMs)
  return 1 + daily.amplitude * cosine + daily.second * (2 * cosine * cosine - 1)
}
