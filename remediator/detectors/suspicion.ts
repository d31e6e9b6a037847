import { durationMs } from '../../harness/model/schema-types.ts'
import { type Attribution, attribute } from '../attribution.ts'
import type { DetectorContext, Finding } from './detector.ts'

/** Keys of detectors that leave it to attribution whom to blame. */
export const suspicion = {
  suspectFor: durationMs
    .default(1_800_000)
    .meta({ description: 'How long after its promotion a revision is blamed for what nothing else explains' }),
  confirmSlowFor: durationMs
    .default(600_000)
    .meta({ description: 'How long slowness without errors has to last before it is blamed on a revision' }),
}

/** What is known of the trouble that goes on. Plain data. */
export interface Trouble {
  attribution: Attribution | null
  attributedAtMs: number
  sinceMs: number
  seenAtMs: number
}

/** A flag or a revision that explained trouble goes on to explain it until it has paused for so long (assumption). */
const pauseMs = 60_000
const betweenAttributionsMs = 15_000
/** Of slowness that may pass nobody is told before (assumption). */
const pageAfterMs = 120_000

export function noTrouble(): Trouble {
  return { attribution: null, attributedAtMs: 0, sinceMs: 0, seenAtMs: 0 }
}

/**
 * Asks attribution about trouble that is seen now.
 * @param what the trouble, for the reason.
 * @returns undefined while it is too early to say.
 */
export function findingOf(
  trouble: Trouble,
  what: string,
  tuning: { readonly suspectFor: number; readonly confirmSlowFor: number },
  context: DetectorContext,
): Finding | undefined {
  const { nowMs } = context
  const goesOn = trouble.attribution !== null && nowMs - trouble.seenAtMs < pauseMs
  trouble.seenAtMs = nowMs
  if (!goesOn) trouble.sinceMs = nowMs
  if (!goesOn || (isOpen(trouble.attribution!, context) && nowMs - trouble.attributedAtMs >= betweenAttributionsMs)) {
    trouble.attribution = attribute(context, {
      suspectForMs: tuning.suspectFor,
      confirmSlowForMs: tuning.confirmSlowFor,
    })
    trouble.attributedAtMs = nowMs
  }
  const { blames, excuse, reason } = trouble.attribution!
  const isEarly = excuse === 'too early' && nowMs - trouble.sinceMs < pageAfterMs
  return isEarly ? undefined : { blames, reason: `${what}: ${reason}` }
}

/** Whether more looks may change it. */
function isOpen({ blames, excuse }: Attribution, { judgedHash }: DetectorContext): boolean {
  return blames === null ? excuse !== 'flag' : blames !== judgedHash
}

/** Why the rollout should wait while there is trouble that it is not blamed for. What was there before it came may be what it repairs. */
export function holdFor(
  { attribution, sinceMs }: Trouble,
  what: string,
  { deployedAtMs }: DetectorContext,
): string | undefined {
  if (what === '' || attribution === null || attribution.blames !== null) return undefined
  return deployedAtMs !== null && sinceMs < deployedAtMs ? undefined : `${what}: ${attribution.reason}`
}
