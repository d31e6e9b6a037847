import { type CauseKind, causeKinds, releaseCauses } from '../../harness/model/cause.ts'
import type { ToolName } from '../../harness/model/tool.ts'
import type { Case } from './case.ts'

/** Causes that keep a version's pods from serving. */
const startCauses = [
  'missing image',
  'missing configuration key',
  'wrong probe path',
  'crash',
] as const satisfies CauseKind[]
/** Causes that requests of the version suffer from. */
const requestCauses = [
  'errors',
  'route errors',
  'slow requests',
  'slow tail',
  'stalled requests',
  'worker leak',
  'short timeout',
  'CPU hunger',
  'extra calls',
] as const satisfies CauseKind[]
/** Causes that are not the release's. */
const elsewhereCauses = [
  'flag',
  'lack of capacity',
  'dependency',
  'sick pod',
  'noisy neighbour',
  'cold start',
] as const satisfies CauseKind[]

const groups = {
  start: startCauses,
  requests: requestCauses,
  release: releaseCauses,
  elsewhere: elsewhereCauses,
  all: causeKinds,
}

/** Points for causes or groups of them; the later entry of one that is in two holds. */
export type Weights = Partial<Record<CauseKind | keyof typeof groups, number>>

/**
 * Points are natural log-odds, in steps that an engineer would tell apart: e^1 is 3 to 1, e^2 is 7 to 1, e^4 is 50 to 1, and e^7 is as
 * good as certain. They are judgement (assumption): the size of each comes from how often the sign is seen without the cause.
 */
export const points = { some: 1, clear: 2, strong: 4, decisive: 7 } as const

/** Something that is seen, what it speaks for, and (with a minus) what it speaks against. */
export interface Clue {
  readonly clue: string
  readonly source: ToolName | 'looks' | 'pods' | 'alarms' | 'observations'
  readonly weights: Weights
  /** @returns what is seen, in a sentence's words; undefined where it is not, or where nobody knows. */
  see(one: Case): string | false | undefined
}

/** The points of a clue for each cause that it speaks of. */
export function weightsOf({ weights }: Clue): Partial<Record<CauseKind, number>> {
  const each: Partial<Record<CauseKind, number>> = {}
  for (const name of Object.keys(groups) as (keyof typeof groups)[]) {
    const group = weights[name]
    if (group !== undefined) for (const kind of groups[name]) each[kind] = group
  }
  for (const kind of causeKinds) if (weights[kind] !== undefined) each[kind] = weights[kind]
  return each
}

export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(ratio < 0.1 ? 1 : 0)} %`
}
