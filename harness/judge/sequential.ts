import type { Criterion } from '../model/criterion.ts'
import { spentLevel } from '../stats/sequential.ts'
import { type CriterionDecision, claimAlpha, decideCriteria, type Rows } from './criteria.ts'

/** At which a run stops as soon as all of its criteria are decided; ascending numbers of seeds of each scenario, fixed before the run. */
export type Looks = readonly number[]

const mostLooks = 5

/** The looks of a run of so many seeds: each at twice as many as the one before. */
export function planLooks(seeds: number): Looks {
  const looks = Array.from({ length: mostLooks }, (_, i) => Math.ceil(seeds / 2 ** (mostLooks - 1 - i)))
  return [...new Set(looks)]
}

/**
 * Decides each criterion at the first look that decides it, at the level that this look may spend, so that stopping there errs no more often
 * than deciding once. What was decided stands, whatever later looks show.
 * @param taken how many looks have all their trials; without any nothing is decided
 * @param rowsAt the rows over the seeds of a look
 */
export function decideAtLooks(
  criteria: readonly Criterion[],
  looks: Looks,
  taken: number,
  rowsAt: (seeds: number) => Rows,
  seed: number,
): (CriterionDecision & { readonly look: number | null })[] {
  const levelsAt = (look: number) => ({
    alpha: spentLevel(claimAlpha, looks, look),
    alphaOfMore: spentLevel(claimAlpha, looks, looks.length - 1),
  })
  const at = (look: number) => decideCriteria(criteria, rowsAt(looks[look]!), seed, levelsAt(look))
  if (taken === 0) return at(0).map(one => ({ ...one, verdict: 'inconclusive', look: null }))
  let decisions = at(0).map(one => lookedAt(one, 0))
  for (let look = 1; look < taken && decisions.some(({ look }) => look === null); look++) {
    const now = at(look)
    decisions = decisions.map((one, i) => (one.look === null ? lookedAt(now[i]!, look) : one))
  }
  return decisions
}

function lookedAt(decision: CriterionDecision, look: number) {
  return { ...decision, look: decision.verdict === 'inconclusive' ? null : look + 1 }
}
