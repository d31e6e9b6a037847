import { join } from 'node:path'
import { formatCount } from '../../reports/format.ts'
import type { BrokenBound } from '../judge/bound.ts'
import type { Summary } from '../judge/summary.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { reportPage } from './report-page.ts'
import { runFiles, type StoredPlan, writeAlarms, writeDigests, writeResults, writeTrials } from './run-folder.ts'
import { type RunUnits, summarizeRun, unitAlarms } from './summarize-run.ts'
import { writeWhole } from './write-whole.ts'

/** Judges what was run of a plan, and writes all files of the result; the summary comes last. */
export async function finishRun(
  folder: string,
  plan: StoredPlan,
  result: RunUnits,
  { wallMs, isInterrupted }: { readonly wallMs: number; readonly isInterrupted: boolean },
): Promise<Summary> {
  const { backend, replayArguments } = plan
  const summary = summarizeRun(plan, result, { backend, folder, wallMs: Math.round(wallMs), replayArguments })
  writeAlarms(folder, unitAlarms(plan, result.units))
  const trials = result.units.flatMap(unit => unit.trials)
  writeTrials(folder, trials)
  writeDigests(folder, trials)
  // Who interrupts a run waits for no trial to be run once more.
  writeResults(folder, summary, await reportPage(folder, summary, plan, isInterrupted ? [] : trials))
  return summary
}

/** That a shard is done, its trials repeated like any run's. What it came to stays in its journal. */
export interface ShardResult {
  readonly schemaVersion: 1
  readonly wallMs: number
}

export function finishShard(folder: string, wallMs: number): void {
  const result: ShardResult = { schemaVersion: 1, wallMs: Math.round(wallMs) }
  writeWhole(join(folder, runFiles.shard), `${JSON.stringify(result)}\n`, { durable: true })
}

/** The exit code of a whole run, and what is to be said of a bug. */
export function exitCodeOf({ brokenBounds, verdict }: Summary, say: (text: string) => void): ExitCode {
  for (const broken of brokenBounds) say(formatBrokenBound(broken))
  return brokenBounds.length > 0 ? exitCodes.bug : exitCodes[verdict]
}

function formatBrokenBound({ policy, level, meanDifference, high, trials }: BrokenBound): string {
  const less = `${formatCount(-meanDifference)} bad requests a trial (at least ${formatCount(-high)})`
  const lines = trials.map(trial => `  ${trial}\n`).join('')
  return `a bug of carmine: ${policy} ${level} did less harm than is possible, by ${less}, in\n${lines}`
}
