import type { LoadPlan } from '../../harness/model/load.ts'
import { breakpoints, meanFactor, rateFactor } from '../load-profile.ts'

/** What scenarios/load/profile.js reads. Rates are whole requests per 1000 s, since k6 takes integers only. */
export interface LoadProfile {
  readonly seed: number
  readonly startRate: number
  /** k6's ramping stages: in a straight line to the target; one of no length is a jump. */
  readonly stages: readonly { readonly duration: string; readonly target: number }[]
  /** Set up before the first request: as many as start in a second at the peak. */
  readonly virtualUsers: number
  /** Mixes by their time from k6's start, and names with the sum of the shares up to theirs. */
  readonly routes: readonly { readonly fromMs: number; readonly shares: readonly UpTo[] }[]
  readonly tenants: readonly UpTo[]
}

interface UpTo {
  readonly name: string
  readonly upTo: number
}

export interface ProfiledLoad {
  readonly plan: LoadPlan
  readonly seed: number
  readonly requestsPerSecond: number
  /** How long k6 holds the rate of t = 0 before the profile begins. */
  readonly leadMs: number
  /** From t = 0 on. */
  readonly durationMs: number
}

const perSeconds = 1000
/** Part of the base rate by which a straight piece may be off in its middle. */
const greatestBend = 0.001

/** The profile of a plan for k6. Its rate is the plan's at all times, within 0.1 % of the base rate and half a request per 1000 s. */
export function loadProfile({ plan, seed, requestsPerSecond, leadMs, durationMs }: ProfiledLoad): LoadProfile {
  const rateAt = (ms: number) => Math.round(requestsPerSecond * perSeconds * rateFactor(plan, ms))
  const stages: { ms: number; target: number; isFlat: boolean }[] = []
  let rate = rateAt(0)
  let peak = rate
  function add(ms: number, target: number) {
    const last = stages.at(-1)
    const isFlat = target === rate
    if (isFlat && last?.isFlat) last.ms += ms
    else if (ms > 0 || !isFlat) stages.push({ ms, target, isFlat })
    rate = target
    peak = Math.max(peak, target)
  }
  const startRate = rate
  add(leadMs, rate)
  /** In straight pieces, as short as the bend of the rate asks for. */
  function addPiece(fromMs: number, toMs: number) {
    const middleMs = Math.round((fromMs + toMs) / 2)
    const straight = (rateFactor(plan, fromMs) + rateFactor(plan, justBefore(toMs))) / 2
    const isBent = Math.abs(rateFactor(plan, (fromMs + toMs) / 2) - straight) > greatestBend
    if (isBent && fromMs < middleMs && middleMs < toMs) {
      addPiece(fromMs, middleMs)
      addPiece(middleMs, toMs)
    } else {
      add(0, rateAt(fromMs))
      add(toMs - fromMs, rateAt(justBefore(toMs)))
    }
  }
  const points = breakpoints(plan, 0, durationMs)
  points.slice(1).forEach((toMs, i) => {
    addPiece(points[i]!, toMs)
  })
  return {
    seed,
    startRate,
    stages: stages.map(({ ms, target }) => ({ duration: `${ms}ms`, target })),
    virtualUsers: Math.max(1, Math.ceil(peak / perSeconds)),
    routes: plan.routes.map(({ fromMs, shares }) => ({
      fromMs: fromMs === 0 ? 0 : fromMs + leadMs,
      shares: addedUp(shares),
    })),
    tenants: addedUp(plan.tenants),
  }
}

/** How many requests a load is, its lead among them. */
export function plannedRequests({ plan, requestsPerSecond, leadMs, durationMs }: ProfiledLoad): number {
  const baseSeconds = (rateFactor(plan, 0) * leadMs + meanFactor(plan, 0, durationMs) * durationMs) / 1000
  return requestsPerSecond * baseSeconds
}

/** Where the rate jumps, what it was. */
function justBefore(ms: number): number {
  return ms - 1e-6
}

function addedUp(shares: Readonly<Record<string, number>>): UpTo[] {
  let upTo = 0
  return Object.entries(shares).map(([name, share]) => {
    upTo += share
    return { name, upTo }
  })
}
