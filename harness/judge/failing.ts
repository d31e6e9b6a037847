import { isDetected, isReverted } from './outcome.ts'
import type { TrialResult } from './trial-result.ts'

/** Why a trial went wrong for the policy under test, in a few words; undefined when it did not. */
export function failureOf({ variant, level, facts }: TrialResult): string | undefined {
  if (!facts.valid) return 'the trial is not valid'
  const automatic = isReverted(facts)
  if (variant !== 'faulty') {
    if (automatic) return 'a good deploy was rolled back'
    return facts.blamingAlarms > 0 ? 'a good deploy was called bad' : undefined
  }
  if (!isDetected(facts)) return 'the fault was not detected'
  return level !== 'L0' && !automatic ? 'the bad deploy was not rolled back' : undefined
}

export function isFailing(trial: TrialResult): boolean {
  return failureOf(trial) !== undefined
}
