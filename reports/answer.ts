import type { Comparison } from '../harness/judge/comparison.ts'
import type { Summary, Verdict } from '../harness/judge/summary.ts'
import { undefinedMark, verdictSigns } from './format.ts'

/** What a report leads with. */
export interface Answer {
  readonly sign: string
  /** Empty where nothing is decided. */
  readonly word: string
  /** undefined where nothing is decided: neither good nor bad. */
  readonly verdict: Verdict | undefined
}

export const decidesNothing = 'it describes and decides nothing'

/** Stands in place of the criteria where there are none. */
export const noCriteria = `no criteria: ${decidesNothing}`

/**
 * The suite's verdict, or that of a regression where it alone decides.
 * @param gate the comparison that alone decides
 */
export function answerOf({ verdict, criteria }: Pick<Summary, 'verdict' | 'criteria'>, gate?: Comparison): Answer {
  if (gate !== undefined) {
    const isWorse = gate.verdict === 'regress'
    const decided = isWorse ? 'fail' : 'pass'
    const word = isWorse ? `gate: regress: ${worseMeasures(gate).join(', ')}` : 'gate: no regression'
    return { sign: verdictSigns[decided], word, verdict: decided }
  }
  if (verdict === 'pass' && criteria.length === 0) return { sign: undefinedMark, word: '', verdict: undefined }
  return { sign: verdictSigns[verdict], word: verdict, verdict }
}

function worseMeasures({ candidates }: Comparison): string[] {
  const told = candidates.flatMap(({ rows }) =>
    rows
      .filter(({ sameAs }) => sameAs === null)
      .flatMap(({ candidate: { policy, level }, measures }) =>
        measures
          .filter(({ decides, answer }) => decides && answer === 'worse')
          .map(({ measure }) => `${policy} ${level} ${measure}`),
      ),
  )
  return [...new Set(told)]
}
