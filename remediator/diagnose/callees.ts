import type { Look } from '../../harness/model/look.ts'
import type { Call, ServiceMetrics } from '../../harness/model/tool.ts'
import { calleesOf } from '../call-graph.ts'
import { serviceBits, sumOf } from '../evidence/bits.ts'
import { excessZ, ratioOf } from './outcomes.ts'

/** A service that the one under test calls, itself or by others, before and since the onset. */
export interface Callee {
  readonly service: string
  /** Answers that are errors or slow, 0 to 1. */
  readonly badBefore: number
  readonly badNow: number
  /** How many times as long its answers take on average; null where nobody knows. */
  readonly timeFactor: number | null
  /** How many times as many calls each request of the service under test causes; null where nobody knows. */
  readonly callsFactor: number | null
  /** More calls than its callers' retries explain. */
  readonly isCalledMore: boolean
  readonly isFailing: boolean
  /** Whether there are counts of it from before and since. */
  readonly isKnown: boolean
}

/** Standard errors that a rise has to have, and its least size (assumptions: well above what services do by themselves). */
const leastZ = 5
const leastBad = 0.01
const leastTimeFactor = 2.5
const leastCallsFactor = 1.5
/** Retries of callers that nothing is known of (assumption: the usual setting is two). */
const retries = 2

/** @param metrics what Prometheus says of the time before and since. */
export function lookAtCallee(
  name: string,
  service: string,
  looks: readonly Look[],
  onsetMs: number,
  metrics: readonly { readonly before: readonly ServiceMetrics[]; readonly now: readonly ServiceMetrics[] }[],
): Callee {
  const isBefore = ({ toMs }: Look) => toMs <= onsetMs
  const count = (which: string, some: readonly Look[]) => sumOf(some, look => serviceBits(look, which))
  const [past, recent] = [looks.filter(isBefore), looks.filter(look => !isBefore(look))]
  const [before, now] = [count(name, past), count(name, recent)]
  const [callerBefore, callerNow] = [count(service, past), count(service, recent)]
  const perRequest = ratioOf(now.requests, callerNow.requests)
  const perRequestBefore = ratioOf(before.requests, callerBefore.requests)
  const callsFactor = perRequestBefore === 0 || perRequest === 0 ? null : perRequest / perRequestBefore
  const badBefore = ratioOf(before.bad, before.requests)
  const badNow = ratioOf(now.bad, now.requests)
  const rises = excessZ(now.bad, now.requests, before.bad, before.requests) >= leastZ && badNow >= badBefore + leastBad
  const timeFactors = metrics.flatMap(answer => {
    const [was, is] = [meanOf(answer.before, name), meanOf(answer.now, name)]
    return was === null || is === null || was === 0 ? [] : [is / was]
  })
  const timeFactor = timeFactors.length === 0 ? null : Math.max(...timeFactors)
  const explained = leastCallsFactor + retries * Math.min(1, Math.max(badBefore, badNow))
  return {
    service: name,
    badBefore,
    badNow,
    timeFactor,
    callsFactor,
    isCalledMore: callsFactor !== null && now.requests >= 100 && callsFactor > explained,
    isKnown: before.requests > 0 && now.requests > 0,
    isFailing: rises || (timeFactor !== null && timeFactor >= leastTimeFactor),
  }
}

/** The failing callee that no failing callee of its own explains; of several the worst. */
export function deepestFailing(callees: readonly Callee[], calls: readonly Call[]): Callee | undefined {
  const failing = callees.filter(({ isFailing }) => isFailing)
  const names = failing.map(({ service }) => service)
  const roots = failing.filter(({ service }) => !calleesOf(service, calls).some(below => names.includes(below)))
  const excess = ({ badNow, badBefore, timeFactor }: Callee) =>
    badNow - badBefore + Math.log(Math.max(1, timeFactor ?? 1)) / 10
  return roots.toSorted((a, b) => excess(b) - excess(a) || (a.service < b.service ? -1 : 1))[0]
}

function meanOf(metrics: readonly ServiceMetrics[], service: string): number | null {
  return metrics.find(one => one.service === service && one.podTemplateHash === '')?.meanMs ?? null
}
