import { incomparable, type RunInputs } from '../judge/comparable.ts'
import { compareRows } from '../judge/compare.ts'
import type { CandidateComparison, Comparison, ComparisonVerdict } from '../judge/comparison.ts'
import { type ComparedSide, countSeeds, haveRowsInCommon, matchRows } from '../judge/match-rows.ts'
import { InvalidInput, type Problem } from '../model/problem.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { packageInfo } from './package-info.ts'

/** A side with what it needs to be comparable. */
export interface Operand extends ComparedSide {
  readonly inputs: RunInputs
  readonly heldOut: readonly string[]
  /** First seed of the run, which keys the bootstrap's draws. */
  readonly seed: number
}

/** How runs without common seeds are met: refused, or compared as a whole. */
export type Unpaired = 'refused' | 'allowed'

export const comparisonExitCodes = {
  better: exitCodes.pass,
  same: exitCodes.pass,
  regress: exitCodes.fail,
  'cannot tell': exitCodes.inconclusive,
} as const satisfies Record<ComparisonVerdict, ExitCode>

/** What decides whether a run can be compared, which is known before it is made. */
export type Inputs = Pick<Operand, 'name' | 'policies' | 'levels' | 'inputs'>

/** @throws InvalidInput with every reason why the two cannot be compared. What seeds they have is no matter. */
export function rejectIncomparable(baseline: Inputs, candidate: Inputs): void {
  reject(problemsOf(baseline, candidate, reasonsAgainst(baseline, candidate)))
}

/** @throws InvalidInput with every reason why a candidate cannot be compared with the baseline. */
export function compareRuns(baseline: Operand, candidates: readonly Operand[], unpaired: Unpaired): Comparison {
  const matches = candidates.map(candidate => {
    const rows = matchRows(baseline, candidate)
    return { candidate, rows, seeds: countSeeds(rows) }
  })
  reject(
    matches.flatMap(({ candidate, seeds }) => {
      const reasons = reasonsAgainst(baseline, candidate)
      const isApart = seeds.common === 0 && unpaired === 'refused' && haveRowsInCommon(baseline, candidate)
      return problemsOf(baseline, candidate, [...reasons, ...(isApart ? [noCommonSeeds] : [])])
    }),
  )
  const compared = matches.map(({ candidate, rows, seeds }): CandidateComparison => {
    const paired = seeds.common > 0
    const { heldOut, seed } = baseline
    const result = compareRows(rows, { paired, heldOut, seed, seeds: paired ? seeds.common : seeds.fewer })
    return { candidate: candidate.name, verdict: result.verdict, paired, commonSeeds: seeds.common, rows: result.rows }
  })
  return {
    schemaVersion: 1,
    version: packageInfo.version,
    verdict: worstVerdict(compared),
    baseline: baseline.name,
    candidates: compared,
  }
}

const noCommonSeeds =
  'no seeds in common; `--unpaired` compares all trials of one with all of the other, which takes more of them'

function reasonsAgainst(baseline: Inputs, candidate: Inputs): string[] {
  const told = ({ policies, levels }: Inputs) => `${policies.join(', ')} at ${levels.join(', ') || 'no level'}`
  return [
    ...incomparable(baseline.inputs, candidate.inputs),
    ...(haveRowsInCommon(baseline, candidate)
      ? []
      : [`no policy and level in common: ${told(baseline)}, and ${told(candidate)}`]),
  ]
}

function problemsOf(baseline: Inputs, candidate: Inputs, reasons: readonly string[]): Problem[] {
  return reasons.map(reason => {
    const message = `cannot be compared with ${baseline.name}: ${reason}`
    return { file: candidate.name, line: 1, column: 1, message, severity: 'error' }
  })
}

function reject(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new InvalidInput(problems)
}

export function worstVerdict(candidates: readonly Pick<CandidateComparison, 'verdict'>[]): ComparisonVerdict {
  const order: readonly ComparisonVerdict[] = ['regress', 'cannot tell', 'better', 'same']
  return order.find(one => candidates.some(({ verdict }) => verdict === one)) ?? 'cannot tell'
}
