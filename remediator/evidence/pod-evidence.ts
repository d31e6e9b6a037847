import type { PodLook, VersionLook } from '../../harness/model/look.ts'
import type { Bits } from './bits.ts'
import { addLook, createOnsetMixture, forget, logEvidence, type OnsetMixture, onsetPrior } from './onset-mixture.ts'
import { logRatioEvidence } from './rise.ts'

/** Evidence with and without each pod of the judged version, against the stable one. Plain data. */
export interface PodEvidence {
  readonly errors: WithAndWithout
  /** Errors and slow successes. */
  readonly bad: WithAndWithout
  /** By pod: that it errs more than the other pods of its own version. */
  readonly alone: Record<string, OnsetMixture>
}

interface WithAndWithout {
  all: OnsetMixture
  /** By the pod that is left out. */
  readonly without: Record<string, OnsetMixture>
}

/** A pod without which the evidence is weakest. */
export interface WeakestPod {
  readonly pod: string
  /** Nats without it. */
  readonly rest: number
  /** Nats with it. */
  readonly all: number
}

const ratios = [2, 4, 10]
const nobody: PodLook = { pod: '', requests: 0, errors: 0, slow: 0 }

export function createPodEvidence(): PodEvidence {
  const side = () => ({ all: createOnsetMixture(ratios.length), without: {} })
  return { errors: side(), bad: side(), alone: {} }
}

/** Takes the part of each pod in a look in. Without parts by pod it does nothing. */
export function addPods(
  evidence: PodEvidence,
  judged: VersionLook,
  stable: VersionLook,
  tolerated: number,
  plannedLooks: number,
): void {
  if (judged.byPod.length === 0 || stable.byPod.length === 0) return
  const ofJudged = sumOf(judged.byPod)
  const ofStable = sumOf(stable.byPod)
  const bet = (mixture: OnsetMixture, one: Bits, other: Bits) => {
    const increments = ratios.map(ratio => logRatioEvidence(one, other, ratio, tolerated))
    addLook(mixture, increments, onsetPrior(mixture.looks + 1, plannedLooks))
  }
  for (const [{ all, without }, bitsOf] of [
    [evidence.errors, errorBits],
    [evidence.bad, badBits],
  ] as const) {
    for (const { pod } of judged.byPod) without[pod] ??= structuredClone(all)
    // A pod that is gone goes on to be left out of what came before.
    for (const [pod, mixture] of Object.entries(without)) {
      const own = judged.byPod.find(each => each.pod === pod) ?? nobody
      bet(mixture, less(bitsOf(ofJudged), bitsOf(own)), bitsOf(ofStable))
    }
    bet(all, bitsOf(ofJudged), bitsOf(ofStable))
  }
  for (const own of judged.byPod) {
    evidence.alone[own.pod] ??= createOnsetMixture(ratios.length)
    bet(evidence.alone[own.pod]!, errorBits(own), less(errorBits(ofJudged), errorBits(own)))
  }
}

/** Starts anew with all pods. */
export function forgetPods({ errors, bad, alone }: PodEvidence): void {
  for (const mixture of [errors.all, bad.all]) forget(mixture)
  for (const all of [errors.without, bad.without, alone]) for (const mixture of Object.values(all)) forget(mixture)
}

/** @returns undefined where no pod was seen. */
export function weakestPod({ all, without }: WithAndWithout): WeakestPod | undefined {
  let weakest: WeakestPod | undefined
  for (const [pod, mixture] of Object.entries(without)) {
    const rest = logEvidence(mixture)
    if (weakest === undefined || rest < weakest.rest) weakest = { pod, rest, all: logEvidence(all) }
  }
  return weakest
}

/** Nats that a pod errs more than its siblings, less what the choice among them costs. */
export function aloneEvidence({ alone }: PodEvidence, pod: string): number {
  const mixture = alone[pod]
  return mixture === undefined ? 0 : logEvidence(mixture) - Math.log(Object.keys(alone).length)
}

function sumOf(pods: readonly PodLook[]): PodLook {
  return pods.reduce((sum, { requests, errors, slow }) => ({
    pod: '',
    requests: sum.requests + requests,
    errors: sum.errors + errors,
    slow: sum.slow + slow,
  }))
}

function errorBits({ requests, errors }: PodLook): Bits {
  return { requests, bad: errors }
}

function badBits({ requests, errors, slow }: PodLook): Bits {
  return { requests, bad: errors + slow }
}

function less(all: Bits, part: Bits): Bits {
  return { requests: all.requests - part.requests, bad: all.bad - part.bad }
}
