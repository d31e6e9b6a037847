import type { Level } from '../model/effect.ts'
import type { Variant } from '../model/scenario.ts'
import type { TrialFacts } from './instants.ts'

/** One trial's outcome: small enough to keep by the ten thousand. */
export interface TrialResult {
  /** `scenario/variant/policy/level/seed`, which `carmine replay` takes. */
  readonly id: string
  readonly scenario: string
  readonly family: string
  readonly variant: Variant
  readonly seed: number
  readonly policy: string
  readonly level: Level
  /** sha256 of the trial's frames, in hexadecimal. */
  readonly digest: string
  readonly facts: TrialFacts
}
