import { availableParallelism } from 'node:os'
import { startProgress } from '../../reports/progress.ts'
import { renderTerminal } from '../../reports/terminal.ts'
import { runSuite, type SuiteResult } from '../run/run-suite.ts'
import { unitsOfShard } from '../run/shard.ts'
import { planUnits } from '../run/suite-plan.ts'
import type { CommandContext } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { exitCodeOf, finishRun, finishShard } from './finish-run.ts'
import type { Journal } from './journal.ts'
import { type Begun, resumeFrom } from './open-run.ts'
import { resumeCommand } from './resume-command.ts'
import type { StoredPlan } from './run-folder.ts'

export interface SimulatorOptions {
  readonly workers?: number | undefined
  readonly json: boolean
  readonly typed?: readonly string[] | undefined
  /** An earlier start has left something. */
  readonly isBegun: boolean
}

/** More workers than cores only wait for each other; few machines gain beyond this many. */
const maxWorkers = 16

/**
 * Runs a plan, or its shard, on the simulator: what an earlier start did not, each unit put on record as it ends. Then the folder gets the
 * result's files, and the record goes; it stays where something is left to do, and in a shard.
 */
export async function runOnSimulator(
  plan: StoredPlan,
  options: SimulatorOptions,
  folder: string,
  context: CommandContext,
): Promise<ExitCode> {
  const startedMs = performance.now()
  const all = planUnits(plan)
  const units = plan.shard === undefined ? all : unitsOfShard(all, plan.shard)
  const rows = plan.groups.reduce((sum, group) => sum + group.rows.length, 0)
  const progress = startProgress({
    write: context.writeProgress,
    nowMs: () => performance.now(),
    isTerminal: context.stderrIsTerminal,
    total: units.length * rows,
    unit: 'trials',
  })
  const begun = resumeFrom(folder, plan, ({ trials }) => progress.advance(trials.length))
  if (options.isBegun) progress.say(`${begun.digests.size} of ${units.length} parts were done before`)
  const { journal, logs } = begun
  const wallMs = () => begun.wallMs + performance.now() - startedMs
  const result = await runSuite(plan, {
    workers: options.workers ?? Math.min(maxWorkers, availableParallelism()),
    logs: plan.logs,
    signal: context.interrupted,
    units,
    done: begun.digests,
    onUnit: ({ frames, ...unit }) => {
      journal.append(unit, logs.write(unit.unit, frames), Math.round(wallMs()))
      progress.advance(unit.trials.length)
    },
    onCrash: message => progress.say(message),
  })
  progress.finish()
  if (result.repeated > 0) context.writeProgress(`${result.repeated} trials run again, each alone: the same logs\n`)
  const isDone = result.done === result.planned
  const exitCode =
    plan.shard === undefined
      ? await endRun(plan, { journal, result, folder, wallMs: wallMs() }, options, context)
      : endShard(plan.shard, { isDone, folder, wallMs: wallMs() }, context)
  return isDone ? tidy(exitCode, begun, plan) : tellRest(result, options, folder, context)
}

/** The files of the result, also of what an interruption left. */
async function endRun(
  plan: StoredPlan,
  run: { readonly journal: Journal; readonly result: SuiteResult; readonly folder: string; readonly wallMs: number },
  { json }: SimulatorOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { planned, logDigest } = run.result
  const summary = await finishRun(run.folder, plan, { units: [...run.journal.all()], planned, logDigest }, run.wallMs)
  context.writeResult(json ? `${JSON.stringify(summary)}\n` : renderTerminal(summary, { color: context.stdoutColor }))
  return exitCodeOf(summary, context.writeProgress)
}

/** A part decides nothing: its verdict is the whole's. */
function endShard(
  { index, count }: NonNullable<StoredPlan['shard']>,
  { isDone, folder, wallMs }: { readonly isDone: boolean; readonly folder: string; readonly wallMs: number },
  context: CommandContext,
): ExitCode {
  if (!isDone) return exitCodes.inconclusive
  finishShard(folder, wallMs)
  context.writeProgress(`shard ${index} of ${count} is done; \`carmine merge\` makes a run of all of them\n`)
  return exitCodes.pass
}

function tidy(exitCode: ExitCode, { journal, logs }: Begun, { shard }: StoredPlan): ExitCode {
  logs.prune()
  if (shard === undefined) journal.remove()
  else journal.close()
  return exitCode
}

function tellRest(
  { done, planned, lost }: SuiteResult,
  { typed }: SimulatorOptions,
  folder: string,
  { interrupted, writeProgress }: CommandContext,
): ExitCode {
  const why = interrupted.aborted ? 'interrupted' : `${lost.length} parts are missing, as their workers died`
  const how = typed === undefined ? '' : `; go on with\n  ${resumeCommand(typed, folder)}`
  writeProgress(`${why}: ${done} of ${planned} parts of the suite were run, and are kept${how}\n`)
  return interrupted.aborted ? exitCodes.interrupted : exitCodes.bug
}
