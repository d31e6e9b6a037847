import type { JudgedTrial } from './evidence.ts'

/** One trial of a scenario, variant and seed as two rows had it. */
export interface TrialPair {
  readonly before: JudgedTrial
  readonly after: JudgedTrial
}

/** The trials that are valid in both rows, in the order of `after`. */
export function pairTrials(before: readonly JudgedTrial[], after: readonly JudgedTrial[]): TrialPair[] {
  const others = new Map(before.filter(counts).map(one => [keyOf(one), one]))
  return after.filter(counts).flatMap(one => {
    const other = others.get(keyOf(one))
    return other === undefined ? [] : [{ before: other, after: one }]
  })
}

function counts({ invalid }: JudgedTrial): boolean {
  return invalid === undefined
}

function keyOf({ trial: { scenario, variant, seed } }: JudgedTrial): string {
  return `${scenario} ${variant} ${seed}`
}
