import { createHash } from 'node:crypto'
import type { Level } from '../model/effect.ts'
import type { Variant } from '../model/scenario.ts'
import type { TrialFacts } from './instants.ts'

/** Which trial it is; all but the family stands in its log. */
export interface TrialIdentity {
  readonly scenario: string
  readonly family: string
  readonly variant: Variant
  readonly seed: number
  readonly policy: string
  readonly level: Level
}

/** One trial's outcome: small enough to keep by the ten thousand. */
export interface TrialResult extends TrialIdentity {
  /** `scenario/variant/policy/level/seed`, which `carmine replay` takes. */
  readonly id: string
  /** sha256 of the trial's frames, in hexadecimal. */
  readonly digest: string
  readonly facts: TrialFacts
}

/** @param frames the trial's log, whole, in one piece or several. */
export function resultOf(identity: TrialIdentity, frames: readonly Uint8Array[], facts: TrialFacts): TrialResult {
  const { scenario, family, variant, seed, policy, level } = identity
  const id = trialId(identity)
  const digest = createHash('sha256')
  for (const piece of frames) digest.update(piece)
  return { id, scenario, family, variant, seed, policy, level, digest: digest.digest('hex'), facts }
}

/** `scenario/variant/policy/level/seed`. */
export function trialId({ scenario, variant, policy, level, seed }: Omit<TrialIdentity, 'family'>): string {
  return [scenario, variant, policy, level, seed].join('/')
}
