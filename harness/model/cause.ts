/** What can be wrong, in the words of a diagnosis. The first part is a release's doing, the second is not. */
export const releaseCauses = [
  'errors',
  'route errors',
  'slow requests',
  'slow tail',
  'stalled requests',
  'crash',
  'missing image',
  'missing configuration key',
  'wrong probe path',
  'memory leak',
  'worker leak',
  'short timeout',
  'CPU hunger',
  'extra calls',
] as const
const otherCauses = [
  'flag',
  'lack of capacity',
  'dependency',
  'sick pod',
  'noisy neighbour',
  'cold start',
  'silent telemetry',
  'tight threshold',
  'noisy log',
] as const
export const causeKinds = [...releaseCauses, ...otherCauses] as const
export type CauseKind = (typeof causeKinds)[number]

export interface Cause {
  readonly kind: CauseKind
  /** The service, flag, pod, metric or log message that it is about. */
  readonly entity: string
}

/** What is really wrong in a trial, known to the judge and never to the engine. */
export interface RootCause {
  readonly kind: CauseKind
  /** null: the service under test, or something in it that the scenario does not name. */
  readonly entity: string | null
  /** The change that brought it: the scenario's deploy, or `flag/<name>`; null: none did. */
  readonly change: 'deploy' | `flag/${string}` | null
}

export function isReleaseCause({ kind }: Pick<Cause, 'kind'>): boolean {
  return (releaseCauses as readonly CauseKind[]).includes(kind)
}

export interface Hypothesis {
  readonly cause: Cause
  /** The change that brought it: a commit's sha, `flag/<name>`, `release/<pod template hash>`; null: none did. */
  readonly change: string | null
  /** Its share of the belief, 0 to 1. */
  readonly share: number
}

/** What an engine makes of an incident. */
export interface Diagnosis {
  readonly incident: string
  /** `inconclusive` names no cause, whatever stands in `ranked`. */
  readonly verdict: 'confirmed' | 'likely' | 'inconclusive'
  /** Best first, at most 5. */
  readonly ranked: readonly Hypothesis[]
  /** What it rests on. Ids are unique in an incident. */
  readonly evidence: readonly Evidence[]
  readonly ruledOut: readonly { readonly cause: Cause; readonly because: string }[]
  readonly toolCalls: number
}

export interface Evidence {
  readonly id: string
  /** The tool or the observation that it comes from. */
  readonly source: string
  readonly text: string
}
