import { join } from 'node:path'
import { formatCount } from '../../reports/format.ts'
import type { BrokenBound } from '../judge/bound.ts'
import type { Comparison } from '../judge/comparison.ts'
import type { Summary } from '../judge/summary.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import type { Baseline, FailOn } from './baseline.ts'
import { concludeRun } from './conclude-run.ts'
import type { CommandContext } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { reportPage } from './report-page.ts'
import {
  runFiles,
  type ShardResult,
  type StoredPlan,
  writeAlarms,
  writeComparison,
  writeDigests,
  writePage,
  writeResults,
  writeTrials,
} from './run-folder.ts'
import type { RunOutput } from './run-output.ts'
import { operandOf } from './stored-run.ts'
import { type RunUnits, summarizeRun, unitAlarms } from './summarize-run.ts'
import { writeWhole } from './write-whole.ts'

/** A run, and who is told of its result. */
interface Told {
  readonly folder: string
  readonly plan: StoredPlan
  readonly units: readonly { readonly unit: number; readonly trials: readonly TrialResult[] }[]
  readonly output: RunOutput
  readonly baseline: Baseline | undefined
  readonly failOn: FailOn
  readonly quiet: boolean
}

/** Judges what was run of a plan, writes all files of the result, and tells it. */
export async function endRun(run: Told & RunUnits, wallMs: number, context: CommandContext): Promise<ExitCode> {
  const { folder, plan, units } = run
  const { backend, replayArguments } = plan
  const summary = summarizeRun(plan, run, { backend, folder, wallMs: Math.round(wallMs), replayArguments })
  writeAlarms(folder, unitAlarms(plan, units))
  const trials = units.flatMap(unit => unit.trials)
  writeTrials(folder, trials)
  writeDigests(folder, trials)
  // What was interrupted is compared with nothing, and who interrupts it waits for no trial to be run once more.
  const isCut = context.interrupted.aborted
  const comparison = isCut ? undefined : comparedWith(run, summary, trials)
  const page = await reportPage(folder, summary, plan, isCut ? [] : trials, comparison)
  writeResults(folder, summary, page)
  return tellResult(run, summary, comparison, context)
}

/** Tells the result of a run whose files are there, in its page too where it has another baseline now. */
export async function tellAgain(run: Told, summary: Summary, context: CommandContext): Promise<ExitCode> {
  const { folder, plan, units } = run
  const trials = units.flatMap(unit => unit.trials)
  const comparison = comparedWith(run, summary, trials)
  if (comparison !== undefined) writePage(folder, await reportPage(folder, summary, plan, trials, comparison))
  return tellResult(run, summary, comparison, context)
}

/** Compares a run with its baseline, and puts that on record; undefined where it has none. */
function comparedWith(
  { folder, plan, baseline }: Told,
  { version, backend }: Summary,
  trials: readonly TrialResult[],
): Comparison | undefined {
  const comparison = baseline?.compare(operandOf(trials, plan, { name: folder, version, backend }))
  if (comparison !== undefined) writeComparison(folder, comparison)
  return comparison
}

function tellResult(
  { folder, plan, units, output, failOn, quiet }: Told,
  summary: Summary,
  comparison: Comparison | undefined,
  context: CommandContext,
): ExitCode {
  const told = { folder, summary, words: plan.replayArguments, comparison, failOn, quiet }
  const exitCode = concludeRun(told, () => output.result(summary, units, comparison, failOn), context)
  for (const broken of summary.brokenBounds) context.writeProgress(formatBrokenBound(broken))
  return summary.brokenBounds.length > 0 ? exitCodes.bug : exitCode
}

export function finishShard(folder: string, wallMs: number): void {
  const result: ShardResult = { schemaVersion: 1, wallMs: Math.round(wallMs) }
  writeWhole(join(folder, runFiles.shard), `${JSON.stringify(result)}\n`, { durable: true })
}

function formatBrokenBound({ policy, level, meanDifference, high, trials }: BrokenBound): string {
  const less = `${formatCount(-meanDifference)} bad requests a trial (at least ${formatCount(-high)})`
  const lines = trials.map(trial => `  ${trial}\n`).join('')
  return `a bug of carmine: ${policy} ${level} did less harm than is possible, by ${less}, in\n${lines}`
}
