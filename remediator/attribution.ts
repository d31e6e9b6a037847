import type { Look, ServiceLook } from '../harness/model/look.ts'
import type { DetectorContext } from './detectors/detector.ts'
import { type Bits, serviceBits, sumOf } from './evidence/bits.ts'
import { excessOf, findRise, logEvidenceOfMore, type Rise } from './evidence/rise.ts'

/** What attribution is told; a detector's context has it all. */
export type AttributionFacts = Pick<
  DetectorContext,
  | 'nowMs'
  | 'judgedHash'
  | 'stableHash'
  | 'rollout'
  | 'deployedAtMs'
  | 'promotedAtMs'
  | 'service'
  | 'entry'
  | 'looks'
  | 'flagChangesMs'
>

/** Why trouble is not laid at the judged revision's door. */
export type Excuse = 'no rise' | 'no suspect' | 'older' | 'flag' | 'dependency' | 'load' | 'both versions' | 'too early'

/** Whom to blame: the judged revision's hash, or null and why. */
export type Attribution =
  | { readonly blames: string; readonly excuse: null; readonly reason: string }
  | { readonly blames: null; readonly excuse: Excuse; readonly reason: string }

export interface AttributionTuning {
  /** How long after its promotion a revision is suspected. */
  readonly suspectForMs: number
  /** Slowness without errors may be the nodes': it has to last so long. */
  readonly confirmSlowForMs: number
}

/** Nats that a rise has to have; below them it may be chance (assumption: odds of 1 to 100 after a search over 120 splits). */
const leastRise = 8
/** Evidence that two versions differ: odds of 100. */
const leastDifference = Math.log(100)
const differences = [2, 4, 10]
const toleratedDifference = 1.3
/** A flag that changed so long before the rise, or so shortly after its first look, explains it (assumption). */
const flagBeforeMs = 120_000
/** Users' requests that grew so much explain trouble (assumption; load of a day grows by less within ten minutes). */
const loadGrowth = 1.5
const loadLooks = 6
/** A dependency explains trouble if it has this share of its amount (assumption; retries hide some, and callers multiply some). */
const explainedShare = 0.3
/** Answered calls for each request that grew so much are the caller's doing (assumption). */
const callGrowth = 1.3
const leastRequests = 50

/**
 * Decides whom to blame for trouble of a service: what changed last is suspected, unless something else explains it. Where two
 * versions serve, the difference between them decides. A flag, a dependency that fails by itself and load that grew are competing
 * explanations; a dependency that is called more often than before is not, as the caller overloads it.
 */
export function attribute(facts: AttributionFacts, tuning: AttributionTuning): Attribution {
  const { looks, service, judgedHash, nowMs, rollout } = facts
  const own = looks.map(look => serviceBits(look, service))
  const rise = findRise(own)
  if (rise === undefined || rise.nats < leastRise) return excused('no rise', 'no rise of bad requests is seen')
  const onsetMs = looks[rise.index]!.fromMs
  const since = looks.slice(rise.index)
  const isGone = rollout === null || rollout.currentHash !== judgedHash || rollout.aborted
  const isOld = facts.promotedAtMs !== null && nowMs - facts.promotedAtMs > tuning.suspectForMs
  const suspect = judgedHash !== '' && !isGone && !isOld
  const compared = suspect ? compareVersions(since, facts) : undefined
  const errors = since.reduce((sum, look) => sum + (ofService(look, service)?.errors ?? 0), 0)
  const steadyMs = nowMs - Math.max(onsetMs, lastPodsAtMs(since, judgedHash))
  const mayPass = errors < rise.after.bad / 2 && steadyMs < tuning.confirmSlowForMs
  if (compared === 'judged is worse') {
    return mayPass
      ? excused('too early', 'slowness may pass')
      : blamed(judgedHash, 'worse than the stable version beside it')
  }

  if (compared === 'stable is worse') return excused('older', 'the version that is replaced does it')

  const overloaded = suspect ? overloadedDependency(facts, rise) : undefined
  if (overloaded !== undefined) return blamed(judgedHash, `calls ${overloaded} more often than before`)
  const flagMs = facts.flagChangesMs.findLast(atMs => atMs >= onsetMs - flagBeforeMs && atMs <= since[0]!.toMs)
  if (flagMs !== undefined) return excused('flag', 'a flag was changed just before')
  const dependency = failingDependency(facts, rise)
  if (dependency !== undefined) return excused('dependency', `dependency ${dependency} fails`)
  const growth = loadGrowthOf(facts)
  if (growth >= loadGrowth) return excused('load', `users' requests grew ${growth.toFixed(1)} times`)
  if (compared === 'alike') return excused('both versions', 'both versions do it')
  if (!suspect) return excused('no suspect', 'no revision is new')
  if (facts.deployedAtMs !== null && onsetMs < facts.deployedAtMs) return excused('older', 'it began before the deploy')
  if (mayPass) return excused('too early', 'slowness may pass')
  return blamed(judgedHash, 'the last change, and nothing else explains it')
}

/** Only looks in which both serve count. @returns undefined where they are too few. */
function compareVersions(
  since: readonly Look[],
  { judgedHash, stableHash }: AttributionFacts,
): 'judged is worse' | 'stable is worse' | 'alike' | undefined {
  let judged: Bits = { requests: 0, bad: 0 }
  let stable: Bits = { requests: 0, bad: 0 }
  for (const look of since) {
    const ofJudged = versionBits(look, judgedHash)
    const ofStable = versionBits(look, stableHash)
    if (ofJudged.requests === 0 || ofStable.requests === 0) continue
    judged = { requests: judged.requests + ofJudged.requests, bad: judged.bad + ofJudged.bad }
    stable = { requests: stable.requests + ofStable.requests, bad: stable.bad + ofStable.bad }
  }
  if (judged.requests < leastRequests || stable.requests < leastRequests) return undefined
  const isMore = (one: Bits, other: Bits) =>
    logEvidenceOfMore(one, other, differences, toleratedDifference) >= leastDifference
  return isMore(judged, stable) ? 'judged is worse' : isMore(stable, judged) ? 'stable is worse' : 'alike'
}

/** Start of the last look in which the judged version had more pods than before: new pods are slow at first. */
function lastPodsAtMs(since: readonly Look[], judgedHash: string): number {
  let most = 0
  let atMs = Number.NEGATIVE_INFINITY
  for (const { fromMs, versions } of since) {
    const pods = versions.find(each => each.podTemplateHash === judgedHash)?.pods ?? 0
    if (pods > most && most > 0) atMs = fromMs
    most = Math.max(most, pods)
  }
  return atMs
}

/** A service that fails more since the rise, and gets more calls that it answers well for each of the subject's requests. */
function overloadedDependency(facts: AttributionFacts, { index }: Rise): string | undefined {
  const { looks, service } = facts
  const own = split(looks, service, index)
  return othersOf(facts).find(name => {
    const { before, after } = split(looks, name, index)
    const wellBefore = (before.requests - before.bad) / own.before.requests
    const wellAfter = (after.requests - after.bad) / own.after.requests
    return excessOf({ before, after }) > 0 && wellAfter >= callGrowth * wellBefore
  })
}

/** A service whose bad requests rose with the subject's, and are enough to explain them. */
function failingDependency(facts: AttributionFacts, rise: Rise): string | undefined {
  const wanted = explainedShare * excessOf(rise)
  let worst: string | undefined
  let most = wanted
  for (const name of othersOf(facts)) {
    const { before, after } = split(facts.looks, name, rise.index)
    const excess = excessOf({ before, after })
    if (excess < most || after.bad * before.requests < 2 * before.bad * after.requests) continue
    worst = name
    most = excess
  }
  return worst
}

/** Users' requests of the last looks over those of the first ones; 1 where too little is known. */
function loadGrowthOf({ looks, entry }: AttributionFacts): number {
  if (looks.length < 3 * loadLooks) return 1
  const requests = (some: readonly Look[]) => sumOf(some, look => serviceBits(look, entry)).requests
  const first = requests(looks.slice(0, loadLooks))
  return first < leastRequests ? 1 : requests(looks.slice(-loadLooks)) / first
}

function othersOf({ looks, service, entry }: AttributionFacts): string[] {
  return (looks.at(-1)?.services ?? []).map(each => each.service).filter(name => name !== service && name !== entry)
}

function split(looks: readonly Look[], service: string, index: number): { before: Bits; after: Bits } {
  const own = (look: Look) => serviceBits(look, service)
  return { before: sumOf(looks.slice(0, index), own), after: sumOf(looks.slice(index), own) }
}

function ofService({ services }: Look, service: string): ServiceLook | undefined {
  return services.find(each => each.service === service)
}

function versionBits({ versions }: Look, podTemplateHash: string): Bits {
  const version = versions.find(each => each.podTemplateHash === podTemplateHash)
  if (version === undefined) return { requests: 0, bad: 0 }
  return { requests: version.requests, bad: version.byPod.reduce((sum, { slow }) => sum + slow, version.errors) }
}

function blamed(blames: string, reason: string): Attribution {
  return { blames, excuse: null, reason }
}

function excused(excuse: Excuse, reason: string): Attribution {
  return { blames: null, excuse, reason }
}
