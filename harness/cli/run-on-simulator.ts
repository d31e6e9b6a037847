import { availableParallelism } from 'node:os'
import { runSuite, type SuiteResult } from '../run/run-suite.ts'
import { unitsOfShard } from '../run/shard.ts'
import { planUnits } from '../run/suite-plan.ts'
import type { CommandContext } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { exitCodeOf, finishRun, finishShard } from './finish-run.ts'
import type { Journal } from './journal.ts'
import { renderSteps } from './next-steps.ts'
import { type Begun, resumeFrom } from './open-run.ts'
import { programName } from './program-name.ts'
import { resumeStep } from './resume-step.ts'
import type { StoredPlan } from './run-folder.ts'
import { type OutputOptions, type RunOutput, runOutput } from './run-output.ts'

export interface SimulatorOptions extends OutputOptions {
  readonly workers?: number | undefined
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
  const output = runOutput(plan, options, context, units)
  output.start()
  const begun = resumeFrom(folder, plan, output.unit)
  if (options.isBegun) context.writeProgress(`${begun.digests.size} of ${units.length} parts were done before\n`)
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
      output.unit(unit)
    },
    onCrash: message => context.writeProgress(`${message}\n`),
  })
  output.finish()
  if (result.repeated > 0 && !options.quiet)
    context.writeProgress(`${result.repeated} trials run again, each alone: the same logs\n`)
  const isDone = result.done === result.planned
  const exitCode =
    plan.shard === undefined
      ? await endRun(plan, { journal, result, folder, wallMs: wallMs() }, output, context)
      : endShard(plan.shard, { isDone, folder, wallMs: wallMs() }, context)
  return isDone ? tidy(exitCode, begun, plan) : tellRest(result, options, folder, context)
}

/** The files of the result, also of what an interruption left. */
async function endRun(
  plan: StoredPlan,
  run: { readonly journal: Journal; readonly result: SuiteResult; readonly folder: string; readonly wallMs: number },
  output: RunOutput,
  context: CommandContext,
): Promise<ExitCode> {
  const { planned, logDigest } = run.result
  const units = [...run.journal.all()]
  const summary = await finishRun(run.folder, plan, { units, planned, logDigest }, run.wallMs)
  output.result(summary, units)
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
  writeProgress(`${why}: ${done} of ${planned} parts of the suite were run; ${folder} holds these\n`)
  if (typed !== undefined) {
    writeProgress(renderSteps([resumeStep(typed, folder, 'go on where it ended')], programName(process.env)))
  }
  return interrupted.aborted ? exitCodes.interrupted : exitCodes.bug
}
