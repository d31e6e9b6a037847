import packageJson from '../../package.json' with { type: 'json' }
import { incomparable, type RunInputs } from '../judge/comparable.ts'
import { compareRows } from '../judge/compare.ts'
import type { CandidateComparison, Comparison, ComparisonVerdict } from '../judge/comparison.ts'
import { type ComparedSide, countSeeds, matchRows } from '../judge/match-rows.ts'
import { InvalidInput } from '../model/problem.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

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

/** @throws InvalidInput with every reason why a candidate cannot be compared with the baseline. */
export function compareRuns(baseline: Operand, candidates: readonly Operand[], unpaired: Unpaired): Comparison {
  const matches = candidates.map(candidate => {
    const rows = matchRows(baseline, candidate)
    const seeds = countSeeds(rows)
    return { candidate, rows, seeds, reasons: reasonsAgainst(baseline, candidate, rows.length, seeds.common, unpaired) }
  })
  const problems = matches.flatMap(({ candidate, reasons }) =>
    reasons.map(reason => ({
      file: candidate.name,
      line: 1,
      column: 1,
      message: `cannot be compared with ${baseline.name}: ${reason}`,
      severity: 'error' as const,
    })),
  )
  if (problems.length > 0) throw new InvalidInput(problems)
  const compared = matches.map(({ candidate, rows, seeds }): CandidateComparison => {
    const paired = seeds.common > 0
    const { heldOut, seed } = baseline
    const result = compareRows(rows, { paired, heldOut, seed, seeds: paired ? seeds.common : seeds.fewer })
    return { candidate: candidate.name, verdict: result.verdict, paired, commonSeeds: seeds.common, rows: result.rows }
  })
  return {
    schemaVersion: 1,
    version: packageJson.version,
    verdict: worst(compared.map(({ verdict }) => verdict)),
    baseline: baseline.name,
    candidates: compared,
  }
}

function reasonsAgainst(
  baseline: Operand,
  candidate: Operand,
  rows: number,
  commonSeeds: number,
  unpaired: Unpaired,
): string[] {
  const told = (side: Operand) => `${side.policies.join(', ')} at ${side.levels.join(', ')}`
  return [
    ...incomparable(baseline.inputs, candidate.inputs),
    ...(rows > 0 ? [] : [`no policy and level in common: ${told(baseline)}, and ${told(candidate)}`]),
    ...(rows === 0 || commonSeeds > 0 || unpaired === 'allowed'
      ? []
      : [
          'no seeds in common; `--unpaired` compares all trials of one with all of the other, which takes more of them',
        ]),
  ]
}

function worst(verdicts: readonly ComparisonVerdict[]): ComparisonVerdict {
  const order: readonly ComparisonVerdict[] = ['regress', 'cannot tell', 'better', 'same']
  return order.find(verdict => verdicts.includes(verdict)) ?? 'cannot tell'
}
