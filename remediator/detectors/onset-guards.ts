import * as z from 'zod'
import type { Look } from '../../harness/model/look.ts'
import { durationMs } from '../../harness/model/schema-types.ts'
import { type Bits, serviceBits, sumOf } from '../evidence/bits.ts'
import { aloneEvidence, createPodEvidence, type PodEvidence, weakestPod } from '../evidence/pod-evidence.ts'
import { logEvidenceOfMore } from '../evidence/rise.ts'
import { createSlowness, excessBetween, type Slowness, trendOf } from '../evidence/slowness.ts'
import type { DetectorContext } from './detector.ts'

/** Keys of what keeps evidence from becoming blame. */
export const guardTuning = {
  restOdds: z.number().min(1).default(20).meta({ description: 'Odds that errors have to have without the worst pod' }),
  confirmSlowFor: durationMs
    .default(60_000)
    .meta({ description: 'How long slowness without errors has to last that the pods had from their start' }),
  confirmLateSlowFor: durationMs
    .default(300_000)
    .meta({ description: 'The same for slowness that came over all pods of the version later' }),
  slowestWarmUp: durationMs
    .default(150_000)
    .meta({ description: 'Time constant of the slowest warm-up that is waited for' }),
  warmUpFor: durationMs
    .default(240_000)
    .meta({ description: 'Age of pods at which slowness that does not clearly shrink is blamed' }),
  longestHold: durationMs.default(600_000).meta({ description: 'No wait is longer than this' }),
  minRequests: z.int().min(0).default(100).meta({ description: 'The rollout waits until the new version had so many' }),
}
export type GuardTuning = { readonly [key in keyof typeof guardTuning]: number } & {
  readonly toleratedLatencyFactor: number
}

/** What the guards know. Plain data. */
export interface Guards {
  readonly pods: PodEvidence
  readonly slowness: Slowness
  /** When the judged version's youngest pods were first seen to serve; null before. */
  youngestAtMs: number | null
  /** When slowness was first beyond chance, and whether the pods had served well before. */
  slowSinceMs: number | null
  cameLater: boolean
  /** Whether it had pods for a minute that were no slower than the stable version's. */
  servedWell: boolean
  /** Largest excess of times since the youngest pods came. */
  peak: number
  /** Why the evidence that there is is not blame; empty when there is none or it is. */
  excuse: string
  excusedSinceMs: number
  /** Trouble of what both versions share; empty when there is none. */
  common: string
}

/** What becomes of evidence that is beyond chance. */
export type Ruling =
  | { readonly is: 'blame' }
  | { readonly is: 'excused'; readonly why: string }
  | { readonly is: 'bad pod'; readonly pod: string; readonly why: string }
  /** It was there and has gone: the evidence starts anew. */
  | { readonly is: 'over' }

/** What excess is read over, now and to tell that it has passed; and how long pods are new (assumptions). */
const recentMs = 20_000
const passedMs = 60_000
const earlyMs = 40_000
const trendMs = 120_000
/** An excess this far below its peak, or half of what is tolerated, has passed (assumption). */
const passedShare = 0.2
/** One-sided 99 % of the normal law, and 99.9 % where a warm-up has been seen already. */
const confident = 2.326
const certain = 3.09
/** Evidence that one pod differs from its siblings: odds of 100. And what is left of it without that pod: odds of 3. */
const podNats = Math.log(100)
const noNats = Math.log(3)

const commonLooks = 6
const commonRatios = [4, 10]
const toleratedCommon = 2

export function createGuards(): Guards {
  return {
    pods: createPodEvidence(),
    slowness: createSlowness(),
    youngestAtMs: null,
    slowSinceMs: null,
    cameLater: false,
    servedWell: false,
    peak: 0,
    excuse: '',
    excusedSinceMs: 0,
    common: '',
  }
}

/** Pods that the version did not have before are cold: what was known of slowness is of others. */
export function newPodsServe(guards: Guards, { toleratedLatencyFactor }: GuardTuning, atMs: number): void {
  const before = excessBetween(guards.slowness, atMs - passedMs, atMs)
  if (guards.slowSinceMs === null && before !== undefined && before.excess < toleratedLatencyFactor - 1) {
    guards.servedWell = true
  }
  guards.youngestAtMs = atMs
  guards.slowness.looks.length = 0
  guards.peak = 0
}

/**
 * Errors are never excused by warm-up. They are when they are one pod's: evidence has to stand without the worst one. Where they have
 * stopped since, it starts anew.
 * @returns blame where pods are not told apart.
 */
export function judgeErrors(guards: Guards, { restOdds }: GuardTuning, context: DetectorContext): Ruling {
  const { pods } = guards
  const weakest = weakestPod(pods.errors)
  if (weakest === undefined || weakest.rest >= Math.log(restOdds)) return { is: 'blame' }
  if (haveStopped(context)) return { is: 'over' }
  return aloneEvidence(pods, weakest.pod) >= podNats
    ? { is: 'bad pod', pod: weakest.pod, why: `pod ${weakest.pod} fails, the others of its version do not` }
    : { is: 'excused', why: `pod ${weakest.pod} may be the only one that fails` }
}

/** Whether the judged version has failed no more than the stable one for a minute. */
function haveStopped({ looks, judgedHash, stableHash, lookIntervalMs }: DetectorContext): boolean {
  const recent = looks.slice(-Math.round(passedMs / lookIntervalMs))
  const judged = sumOf(recent, look => errorBits(look, judgedHash))
  const stable = sumOf(recent, look => errorBits(look, stableHash))
  if (judged.requests < 20 || stable.requests < 20) return false
  return judged.bad <= 1 || judged.bad * stable.requests <= stable.bad * judged.requests
}

/**
 * Slowness without errors may be a warm-up, which shrinks, or the nodes' doing, which passes. A slow tail is neither: it is blamed at
 * once, while requests on the whole are slower has to last and must not shrink as a warm-up would.
 */
export function judgeSlowness(guards: Guards, chosen: GuardTuning, nowMs: number): Ruling {
  const { slowness, pods } = guards
  const youngestAtMs = guards.youngestAtMs ?? nowMs
  const tolerated = chosen.toleratedLatencyFactor - 1
  const weakest = weakestPod(pods.bad)
  if (weakest !== undefined && weakest.all >= podNats && weakest.rest < noNats) {
    return { is: 'excused', why: `pod ${weakest.pod} may be the only slow one` }
  }
  const recent = excessBetween(slowness, nowMs - recentMs, nowMs)
  if (recent === undefined) return { is: 'excused', why: 'too few requests to tell how slow it is' }
  guards.peak = Math.max(guards.peak, recent.excess)
  if (guards.slowSinceMs === null && guards.peak < tolerated) return { is: 'blame' }
  if (recent.excess < Math.max(tolerated / 2, passedShare * guards.peak)) {
    const longer = excessBetween(slowness, nowMs - passedMs, nowMs)
    if (longer === undefined || longer.excess < tolerated) {
      guards.slowSinceMs = null
      guards.peak = 0
      return { is: 'over' }
    }
  }
  if (guards.slowSinceMs === null) {
    const early = excessBetween(slowness, Number.NEGATIVE_INFINITY, youngestAtMs + earlyMs)
    guards.slowSinceMs = nowMs
    guards.cameLater = guards.servedWell || (early !== undefined && early.excess < 0.4 * recent.excess)
  }
  const { cameLater } = guards
  const ofYoungestMs = nowMs - Math.max(guards.slowSinceMs, youngestAtMs)
  const needMs = cameLater ? chosen.confirmLateSlowFor : chosen.confirmSlowFor
  if (ofYoungestMs < chosen.confirmSlowFor || nowMs - guards.slowSinceMs < needMs) {
    return {
      is: 'excused',
      why: cameLater ? 'it became slow later, and it may pass' : 'it is slow, and it may warm up',
    }
  }
  const ageMs = nowMs - youngestAtMs
  if (ageMs >= chosen.longestHold) return { is: 'blame' }
  const trend = trendOf(slowness, nowMs - trendMs)
  const perS = 1000 / chosen.slowestWarmUp
  const hasShrunk = recent.excess < guards.peak / 2
  if (trend === undefined || trend.perS - (hasShrunk ? certain : confident) * trend.error > -perS)
    return { is: 'blame' }
  if (ageMs >= chosen.warmUpFor && !hasShrunk && trend.perS + trend.error > -perS / 2) return { is: 'blame' }
  return { is: 'excused', why: 'it is slow, but less and less: it may warm up' }
}

/**
 * Trouble of what both versions share: the stable version fails more than it did before the judged one came, or another service does.
 * What failed before already is none: the judged version may be what repairs it.
 * @returns which it is; empty for none.
 */
export function commonTrouble({ looks, service, entry, stableHash, deployedAtMs }: DetectorContext): string {
  const recent = looks.slice(-commonLooks)
  const known = looks.slice(0, -commonLooks)
  const before = known.filter(({ toMs }) => deployedAtMs !== null && toMs <= deployedAtMs).slice(-2 * commonLooks)
  const past = before.length > 0 ? before : known
  const worse = (bitsOf: (look: Look) => Bits): boolean => {
    const now = sumOf(recent, bitsOf)
    return now.bad >= 10 && logEvidenceOfMore(now, sumOf(past, bitsOf), commonRatios, toleratedCommon) >= podNats
  }
  if (worse(look => errorBits(look, stableHash))) return 'the stable version fails more than before'
  for (const { service: name } of looks.at(-1)?.services ?? []) {
    if (name === service || name === entry) continue
    if (worse(look => serviceBits(look, name))) return `${name} fails more than before`
  }
  return ''
}

/** Why the rollout should wait for what has been seen, or not been seen, so far. */
export function reasonToWait(
  { excuse, excusedSinceMs, common }: Guards,
  { longestHold, minRequests }: GuardTuning,
  { nowMs, rollout, judgedHash, deployedAtMs, promotedAtMs, looks, lookIntervalMs, totals }: DetectorContext,
): string | undefined {
  const rollsOut = rollout !== null && rollout.currentHash === judgedHash && !rollout.aborted && promotedAtMs === null
  if (!rollsOut) return undefined
  if (excuse !== '' && nowMs - excusedSinceMs < longestHold) return excuse
  if (common !== '') return common
  if (deployedAtMs === null || nowMs - deployedAtMs >= longestHold) return undefined
  const last = looks.at(-1)
  if (last !== undefined && nowMs - last.toMs > 3 * lookIntervalMs) return 'telemetry is silent'
  const requests = totals[judgedHash]?.requests ?? 0
  return requests > 0 && requests < minRequests ? `only ${requests} requests so far` : undefined
}

function errorBits({ versions }: Look, hash: string): Bits {
  const version = versions.find(({ podTemplateHash }) => podTemplateHash === hash)
  return { requests: version?.requests ?? 0, bad: version?.errors ?? 0 }
}
