import type { Look, PodLook, VersionLook } from '../../harness/model/look.ts'
import { type ExcessTrend, excessTrend } from './excess-trend.ts'
import { firstTailBucket, type LawShift, lawShift } from './law-shift.ts'
import { type BadCount, findOnset, type Onset } from './onset.ts'
import { excessZ, meanS, type Outcomes, outcomesOf, ratioOf } from './outcomes.ts'
import type { DiagnosisFacts, Trouble } from './trouble.ts'

/** One version's outcomes against a baseline's. */
export interface Contrast {
  readonly requests: number
  readonly errorRatio: number
  readonly baselineErrorRatio: number
  /** More errors than chance explains. */
  readonly hasMoreErrors: boolean
  readonly law: LawShift
}

/** What the looks say of the trouble. */
export interface LookSigns {
  /** Time since the end of the last look; infinite without one. */
  readonly silentForMs: number
  /** When the trouble began, as well as anybody can tell: by requests, else the deploy, else the opening. */
  readonly onsetMs: number
  /** Whether requests tell of an onset at all. */
  readonly isSeen: boolean
  /** First requests of the judged version; null: it had none. */
  readonly servingFromMs: number | null
  /** Requests since the onset: of the judged version and of the others. */
  readonly judgedRequests: number
  readonly otherRequests: number
  /** The judged version since the onset against the other beside it. */
  readonly against: Contrast | undefined
  /** The same against the service before the onset, or before the version came. */
  readonly againstPast: Contrast | undefined
  /** The other versions since the onset against themselves before it. */
  readonly others: Contrast | undefined
  /** How the onset lies to the first requests of the judged version. */
  readonly timing: 'before' | 'at once' | 'later' | 'unknown'
  /** The judged version's excess time while it had its first pods: whether it fades. */
  readonly excess: ExcessTrend
  readonly pods: 'one' | 'several' | 'unknown'
  /** The pod that has most of the bad requests. */
  readonly worstPod: string
  /** Requests of the service since the onset over those before it, per second; NaN where one is missing. */
  readonly trafficFactor: number
  readonly inFlightGrows: boolean
  /** The judged version has ceased to serve, and the others do what they did before the onset; or not quite; or they do not. */
  readonly afterwards: 'well' | 'less bad' | 'still bad' | 'unknown'
}

/** A trouble began before or after the first requests of a version where more than a look or two lie between (assumption). */
const earlierMs = 10_000
/** What a version still had under way is over this long after its last requests (assumption: two looks). */
const settledMs = 10_000
const leastZ = 3.5
/** Requests that a slow look ends with are not in its times yet: much more has to be there (assumption). */
const pileUpZ = 8
/** A look with a larger error ratio of the other version is one of a trouble of both, unless it always has that many (assumption). */
const wellErrorRatio = 0.02
/** What is left of a trouble without the version may have begun with its end, as with the pods that take its place (assumption). */
const lessBad = 0.5
/** What users notice: smaller error ratios are nobody's trouble. */
const leastErrorExcess = 0.003

export function lookSigns(
  { looks, nowMs, upperBoundsS, deployedAtMs }: DiagnosisFacts,
  judgedHash: string | null,
  trouble: Trouble,
): LookSigns {
  const isJudged = ({ podTemplateHash }: VersionLook) => podTemplateHash === judgedHash
  const isOther = (version: VersionLook) => !isJudged(version)
  const servingFromMs = looks.find(look => look.versions.some(one => isJudged(one) && one.requests > 0))?.fromMs ?? null
  const calm = outcomesOf(looks, isOther, undefined, servingFromMs ?? undefined)
  const beside = outcomesOf(looks, isOther)
  const all = outcomesOf(looks, () => true)
  const bucket = firstTailBucket([calm, beside, all].find(({ requests }) => requests > 0) ?? all)
  const past = { requests: calm.requests, bad: badOf(calm, bucket) }
  const ofJudged = findOnset(
    counts(looks, isJudged, bucket),
    past.requests > 0 ? past : { requests: beside.requests, bad: badOf(beside, bucket) },
  )
  const ofOthers = findOnset(counts(looks, isOther, bucket), { requests: 0, bad: 0 })
  const onset =
    ofJudged !== undefined && ofOthers !== undefined
      ? ofOthers.atMs < ofJudged.atMs
        ? ofOthers
        : ofJudged
      : (ofJudged ?? ofOthers)
  const onsetMs = onset?.atMs ?? deployedAtMs ?? trouble.openedAtMs
  const judged = outcomesOf(looks, isJudged, onsetMs)
  const lastServedMs = looks.findLast(look => look.versions.some(one => isJudged(one) && one.requests > 0))?.toMs
  const others = outcomesOf(looks, isOther, onsetMs, lastServedMs)
  const othersBefore = outcomesOf(looks, isOther, undefined, onsetMs)
  const itselfBefore = outcomesOf(looks, isJudged, undefined, onsetMs)
  const baseline = [othersBefore, calm, itselfBefore].find(({ requests }) => requests > 0) ?? calm
  const paired = pairedLooks(looks, isJudged, isOther, onsetMs, baseline)
  const after = lastServedMs === undefined ? undefined : outcomesOf(looks, isOther, lastServedMs + settledMs)
  const contrast = (one: Outcomes, other: Outcomes) => contrastOf(one, other, upperBoundsS)
  const against = contrast(outcomesOf(paired, isJudged), outcomesOf(paired, isOther))
  const excessOf = (some: Outcomes) =>
    ratioOf(badOf(some, bucket), some.requests) - ratioOf(badOf(baseline, bucket), baseline.requests)
  const afterwards = after && contrast(after, baseline)
  const { pods, worstPod } = spread(looks, judgedHash, onsetMs)
  return {
    silentForMs: nowMs - (looks.at(-1)?.toMs ?? Number.NEGATIVE_INFINITY),
    onsetMs,
    isSeen: onset !== undefined,
    servingFromMs,
    judgedRequests: judged.requests,
    otherRequests: outcomesOf(looks, isOther, onsetMs).requests,
    against,
    againstPast: contrast(judged, baseline),
    others: contrast(others.requests > 0 ? others : outcomesOf(looks, isOther, onsetMs), othersBefore),
    timing: timingOf(ofJudged, ofOthers, servingFromMs, against !== undefined && isWorse(against)),
    excess:
      servingFromMs === null
        ? 'unknown'
        : excessTrend(looks, isJudged, calm.requests > 0 ? calm : beside, upperBoundsS),
    pods,
    worstPod,
    trafficFactor: trafficFactor(looks),
    inFlightGrows: inFlightGrows(looks, judgedHash === null ? () => true : isJudged, upperBoundsS),
    afterwards:
      afterwards === undefined
        ? 'unknown'
        : !isWorse(afterwards)
          ? 'well'
          : excessOf(after!) < lessBad * excessOf(judged)
            ? 'less bad'
            : 'still bad',
  }
}

export function isWorse({ hasMoreErrors, law }: Contrast): boolean {
  return hasMoreErrors || law.kind !== 'none'
}

function contrastOf(one: Outcomes, other: Outcomes, upperBoundsS: readonly number[]): Contrast | undefined {
  if (one.requests < 20 || other.requests < 20) return undefined
  const errorRatio = ratioOf(one.errors, one.requests)
  const baselineErrorRatio = ratioOf(other.errors, other.requests)
  const z = excessZ(one.errors, one.requests, other.errors, other.requests)
  return {
    requests: one.requests,
    errorRatio,
    baselineErrorRatio,
    hasMoreErrors:
      z >= leastZ && errorRatio - baselineErrorRatio >= leastErrorExcess && errorRatio >= 1.5 * baselineErrorRatio,
    law: lawShift(one, other, upperBoundsS),
  }
}

/**
 * Looks since the onset in which the version served: only those in which the other one was well, if these suffice, so that a trouble of
 * both does not hide what is wrong with one.
 */
function pairedLooks(
  looks: readonly Look[],
  isJudged: (version: VersionLook) => boolean,
  isOther: (version: VersionLook) => boolean,
  onsetMs: number,
  baseline: Outcomes,
): Look[] {
  const paired = looks.filter(
    ({ toMs, versions }) => toMs > onsetMs && versions.some(one => isJudged(one) && one.requests > 0),
  )
  const bound = Math.max(wellErrorRatio, 3 * ratioOf(baseline.errors, baseline.requests))
  // By its neighbours and not by itself: who picks looks by their own errors finds fewer in them.
  const well = paired.filter((_, i) => {
    const beside = [paired[i - 2], paired[i - 1], paired[i + 1], paired[i + 2]].filter(look => look !== undefined)
    const { errors, requests } = outcomesOf(beside, isOther)
    return requests > 0 && errors / requests <= bound
  })
  return outcomesOf(well, isJudged).requests >= 50 ? well : paired
}

function badOf({ errors, latency }: Pick<VersionLook, 'errors' | 'latency'>, bucket: number): number {
  let bad = errors
  for (let k = bucket; k < latency.length; k++) bad += latency[k]!
  return bad
}

function counts(looks: readonly Look[], picks: (version: VersionLook) => boolean, bucket: number): BadCount[] {
  return looks.map(look => {
    const { fromMs, toMs } = look
    const found = outcomesOf([look], picks)
    const answered = found.latency.reduce((sum, n) => sum + n, found.errors)
    return { fromMs, toMs, requests: Math.max(found.requests, answered), bad: badOf(found, bucket) }
  })
}

function timingOf(
  judged: Onset | undefined,
  others: Onset | undefined,
  servingFromMs: number | null,
  isJudgedWorse: boolean,
): LookSigns['timing'] {
  const onset = judged ?? others
  if (onset === undefined || servingFromMs === null) return 'unknown'
  if (!isJudgedWorse && others !== undefined && others.atMs < servingFromMs - earlierMs) return 'before'
  return judged?.mayBeFirst === true || onset.atMs <= servingFromMs + earlierMs ? 'at once' : 'later'
}

/** Which pods of the version have its bad requests. */
function spread(
  looks: readonly Look[],
  judgedHash: string | null,
  onsetMs: number,
): Pick<LookSigns, 'pods' | 'worstPod'> {
  const sums: Record<string, { pod: string; requests: number; bad: number }> = {}
  for (const look of looks) {
    if (look.toMs <= onsetMs) continue
    for (const { podTemplateHash, byPod } of look.versions)
      if (podTemplateHash === judgedHash) for (const pod of byPod) addPod(sums, pod)
  }
  const pods = Object.values(sums).toSorted((a, b) => b.bad - a.bad || (a.pod < b.pod ? -1 : 1))
  const [worst, ...others] = pods
  if (worst === undefined || others.length === 0) return { pods: 'unknown', worstPod: worst?.pod ?? '' }
  const requests = others.reduce((sum, one) => sum + one.requests, 0)
  const bad = others.reduce((sum, one) => sum + one.bad, 0)
  if (requests < 30 || worst.requests < 15 || worst.bad < 5) return { pods: 'unknown', worstPod: worst.pod }
  const isAlone =
    excessZ(worst.bad, worst.requests, bad, requests) >= 4 &&
    worst.bad / worst.requests >= 5 * Math.max(0.005, bad / requests)
  return {
    pods: isAlone ? 'one' : bad >= 5 && bad / requests >= 0.3 * (worst.bad / worst.requests) ? 'several' : 'unknown',
    worstPod: worst.pod,
  }
}

function addPod(
  sums: Record<string, { pod: string; requests: number; bad: number }>,
  { pod, requests, errors, slow }: PodLook,
): void {
  const sum = sums[pod] ?? { pod, requests: 0, bad: 0 }
  sums[pod] = sum
  sum.requests += requests
  sum.bad += errors + slow
}

/** Of the last quarter of the looks over the first. */
function trafficFactor(looks: readonly Look[]): number {
  const quarter = Math.floor(looks.length / 4)
  const rate = (some: readonly Look[]) => outcomesOf(some, () => true).requests / (some.at(-1)!.toMs - some[0]!.fromMs)
  return quarter === 0 ? Number.NaN : rate(looks.slice(-quarter)) / rate(looks.slice(0, quarter))
}

/**
 * More and more requests in flight than their times explain, look after look: by Little's law those are arrivals times the mean time, and
 * at the moment of a scrape a Poisson number of them.
 */
function inFlightGrows(
  looks: readonly Look[],
  picks: (version: VersionLook) => boolean,
  upperBoundsS: readonly number[],
): boolean {
  const own = looks.filter(({ versions }) => versions.some(one => picks(one) && one.pods > 0))
  const third = Math.floor(own.length / 3)
  if (third < 3) return false
  const sum = (some: readonly Look[]) => {
    let explained = 0
    let unexplained = 0
    let unexplainedPerPod = 0
    for (const look of some) {
      const { pods, inFlight, requests } = look.versions.find(picks)!
      const mean = (requests * meanS(outcomesOf([look], picks), upperBoundsS)) / ((look.toMs - look.fromMs) / 1000)
      explained += mean
      unexplained += inFlight - mean
      unexplainedPerPod += (inFlight - mean) / pods / third
    }
    return { explained, unexplained, unexplainedPerPod }
  }
  const [first, last] = [sum(own.slice(0, third)), sum(own.slice(-third))]
  return (
    last.unexplainedPerPod >= Math.max(0.5, 2 * first.unexplainedPerPod) &&
    last.unexplained >= pileUpZ * Math.sqrt(last.explained + 1)
  )
}
