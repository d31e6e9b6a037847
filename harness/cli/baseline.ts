import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Comparison } from '../judge/comparison.ts'
import type { Summary } from '../judge/summary.ts'
import { InvalidInput } from '../model/problem.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
import { compareRuns, comparisonExitCodes, type Operand, rejectIncomparable } from './compare-runs.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { packageInfo } from './package-info.ts'
import { runFiles } from './run-folder.ts'
import { inputsOf, readOperand } from './stored-run.ts'

/** A finished run that another one is held against. */
export interface Baseline {
  readonly compare: (candidate: Operand) => Comparison
}

/**
 * Reads a run to compare with one that is yet to be made.
 * @throws InvalidInput with every reason why the two cannot be compared: before anything is run
 */
export function openBaseline(folder: string, plan: SuitePlan, backend: Summary['backend']): Baseline {
  refuseUnfinished(folder)
  const baseline = readOperand(folder)
  rejectIncomparable(baseline, {
    name: 'this run',
    policies: plan.scored,
    levels: plan.suite.levels,
    inputs: inputsOf(plan, { name: 'this run', version: packageInfo.version, backend }),
  })
  return {
    // Seeds that nothing has in common are no reason to refuse: the test then is the one for that.
    compare: candidate => compareRuns(baseline, [candidate], 'allowed'),
  }
}

/** @throws InvalidInput where a folder holds no run, or one that did not end; a shard is told apart where it is read */
function refuseUnfinished(folder: string): void {
  const has = (name: keyof typeof runFiles) => existsSync(join(folder, runFiles[name]))
  if (has('shard') || (has('summary') && !has('journal'))) return
  const message = 'no finished run is there'
  const hint = has('journal') ? { hint: 'one that did not end is; end it with --resume' } : {}
  const file = `--baseline ${folder}`
  throw new InvalidInput([{ file, line: 1, column: 1, message, ...hint, severity: 'error' }])
}

/** What decides the exit code of a run with a baseline: all that is told, or whether it got worse. */
export type FailOn = 'regress' | undefined

/** The worse of the suite's verdict and the comparison's: fail, then inconclusive, then pass; or of a regression alone. */
export function exitCodeOf(
  { verdict }: Pick<Summary, 'verdict'>,
  comparison: Comparison | undefined,
  failOn: FailOn,
): ExitCode {
  if (comparison === undefined) return exitCodes[verdict]
  const compared = comparisonExitCodes[comparison.verdict]
  if (failOn === 'regress') return compared === exitCodes.fail ? exitCodes.fail : exitCodes.pass
  const codes: readonly ExitCode[] = [exitCodes[verdict], compared]
  return [exitCodes.fail, exitCodes.inconclusive].find(code => codes.includes(code)) ?? exitCodes.pass
}
