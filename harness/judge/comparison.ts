import type { Level } from '../model/effect.ts'
import type { MeasureUnit } from './compared-measures.ts'
import type { Estimate } from './summary.ts'

/** Of a measure. `same`: no pair of trials differs in it. */
export type Answer = 'better' | 'worse' | 'same' | 'cannot tell'

/**
 * Runs or rows against a baseline: what `carmine compare --json` prints, keys in this order. Keys may be added, never renamed.
 */
export interface Comparison {
  readonly schemaVersion: 1
  readonly version: string
  /** `regress` where a candidate's is, else `cannot tell` where one's is, else `better` where one's is. */
  readonly verdict: ComparisonVerdict
  readonly baseline: string
  readonly candidates: readonly CandidateComparison[]
}

/**
 * `regress`: a deciding measure got worse. Else `better`: one got better. Else `same`: none differs in any pair. Else `cannot tell`.
 */
export type ComparisonVerdict = 'better' | 'same' | 'regress' | 'cannot tell'

export interface CandidateComparison {
  readonly candidate: string
  readonly verdict: ComparisonVerdict
  /** Trials of the same scenario, variant and seed were compared with each other; else all of one side with all of the other. */
  readonly paired: boolean
  /** Seeds that both sides have, of each scenario; 0 where they are not paired. */
  readonly commonSeeds: number
  readonly rows: readonly ComparedRow[]
}

export interface RowName {
  readonly policy: string
  readonly level: Level
}

/** A policy at a level against the same or another one. */
export interface ComparedRow {
  readonly baseline: RowName
  readonly candidate: RowName
  /** Both sides did in every trial what they did at this level of the comparison, and decide nothing here. */
  readonly sameAs: Level | null
  readonly verdict: ComparisonVerdict
  readonly trials: {
    /** Valid ones. */
    readonly baseline: number
    readonly candidate: number
    /** null where they are not paired. */
    readonly pairs: number | null
    /** Pairs that differ in anything that is judged. */
    readonly different: number | null
  }
  /** Of all scenarios but those of held-out families. */
  readonly measures: readonly MeasureComparison[]
  /** The p-values of a measure are corrected over the families. They decide nothing. */
  readonly families: readonly {
    readonly family: string
    readonly heldOut: boolean
    readonly measures: readonly MeasureComparison[]
  }[]
}

export interface MeasureComparison extends TestedDifference {
  /** As the path of the figure in a summary's row. */
  readonly measure: string
  readonly unit: MeasureUnit
  readonly better: 'higher' | 'lower'
  /** Whether `worse` in it is a regression. */
  readonly decides: boolean
  readonly answer: Answer
  /** Where the measure is of one scenario alone, which. */
  readonly scenario: string | null
  /**
   * The scenario that got worse beyond doubt, or the most likely; null where none did. Its p-value is corrected over the scenarios, by
   * Bonferroni.
   */
  readonly worstScenario: ({ readonly scenario: string; readonly answer: Answer } & TestedDifference) | null
  /**
   * How many trials of each side would tell with a chance of 80 %, if the difference is what it seems to be; null where the answer is known,
   * or no difference is seen.
   */
  readonly trialsToTell: number | null
  /** The same in seeds of each scenario. */
  readonly seedsToTell: number | null
}

export interface TestedDifference {
  /** Trials, of both sides alike where they are paired. */
  readonly n: { readonly baseline: number; readonly candidate: number }
  /** Rates, or means; times are restricted to the shortest follow-up. */
  readonly values: { readonly baseline: number | null; readonly candidate: number | null }
  /** Candidate minus baseline with its interval of 95 %, which is corrected for nothing. */
  readonly difference: Estimate
  /** Pairs in which the candidate was better, or worse; null where they are not paired. */
  readonly pairs: { readonly better: number; readonly worse: number } | null
  /** Two-sided; 1 where nothing differs, null without trials. */
  readonly p: number | null
  /** Corrected over what it is decided with, by Holm. */
  readonly adjustedP: number | null
}
