import { availableParallelism } from 'node:os'
import { extname } from 'node:path'
import { counted } from '../model/counted.ts'
import { runSuite, type SuiteOptions, type SuiteResult } from '../run/run-suite.ts'
import { type Shard, unitsOfShard } from '../run/shard.ts'
import { planUnits, type Unit } from '../run/suite-plan.ts'
import type { Baseline, FailOn } from './baseline.ts'
import type { CommandContext } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { endRun, finishShard } from './finish-run.ts'
import { giveBackMemory } from './give-back-memory.ts'
import type { Journal, StoredUnit } from './journal.ts'
import { renderSteps } from './next-steps.ts'
import { type Begun, resumeFrom } from './open-run.ts'
import { programName } from './program-name.ts'
import { resumeStep } from './resume-step.ts'
import { type StoredPlan, writePlan } from './run-folder.ts'
import { type OutputOptions, type RunOutput, runOutput } from './run-output.ts'
import { planAt, runLooks } from './until-decided.ts'

export interface SimulatorOptions extends OutputOptions {
  readonly workers?: number | undefined
  readonly typed?: readonly string[] | undefined
  /** An earlier start has left something. */
  readonly isBegun: boolean
  readonly baseline: Baseline | undefined
  readonly failOn?: FailOn
}

/** More workers than cores only wait for each other; few machines gain beyond this many. */
const maxWorkers = 16

/** From here on a run takes so long that it is worth a moment to save memory. */
const longRunUnits = 100

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
  const say = (line: string) => {
    if (!options.quiet) context.writeProgress(`${line}\n`)
  }
  const output = runOutput(plan, options, context, units)
  const begun = resumeFrom(folder, plan, output.unit)
  output.start()
  if (options.isBegun) {
    const most = plan.looks === undefined ? '' : 'at most '
    say(`${begun.digests.size} of ${most}${units.length} parts were done before`)
  }
  const isLong = units.length >= longRunUnits
  if (isLong) giveBackMemory()
  const wallMs = () => begun.wallMs + performance.now() - startedMs
  const suiteOptions = suiteOptionsOf(plan, options, { begun, output, wallMs }, context)
  const { seeds, result } =
    plan.looks === undefined
      ? { seeds: plan.suite.seeds, result: await runSuite(plan, { ...suiteOptions, units }) }
      : await runLooks(plan, suiteOptions, () => trialsOf(begun.journal), say)
  output.finish()
  if (isLong) giveBackMemory()
  if (result.repeated > 0) say(`${counted(result.repeated, 'trial')} run again, each alone, to the same log`)
  const isDone = result.done === result.planned
  if (plan.shard !== undefined) {
    if (isDone) endShard(plan.shard, folder, wallMs(), say)
    return isDone ? tidy(exitCodes.pass, begun, plan) : tellRest(result, '', options, folder, context)
  }
  const ran = { ...plan, ...planAt(plan, seeds) }
  if (plan.looks !== undefined) writePlan(folder, ran)
  const { planned, logDigest } = result
  const { baseline, failOn, quiet } = options
  const whole = { plan: ran, units: unitsIn(ran, all, begun.journal), planned, logDigest }
  const exitCode = await endRun({ folder, ...whole, output, baseline, failOn, quiet }, wallMs(), context)
  if (isDone) return tidy(exitCode, begun, plan)
  const way =
    plan.looks === undefined ? '' : ` on the way to look ${plan.looks.indexOf(seeds) + 1} of ${plan.looks.length}`
  return tellRest(result, way, options, folder, context)
}

function suiteOptionsOf(
  plan: StoredPlan,
  { workers }: SimulatorOptions,
  run: { readonly begun: Begun; readonly output: RunOutput; readonly wallMs: () => number },
  { interrupted, writeProgress }: CommandContext,
): SuiteOptions {
  const { journal, logs, digests } = run.begun
  return {
    workers: workers ?? Math.min(maxWorkers, availableParallelism()),
    logs: plan.logs,
    signal: interrupted,
    done: digests,
    renderer: new URL(`./render-log${extname(import.meta.url)}`, import.meta.url).href,
    maxLogs: ({ index }) => logs.wanted(index),
    onUnit: unit => {
      journal.append(unit, logs.write(unit.unit, unit.logs), Math.round(run.wallMs()))
      run.output.unit(unit)
    },
    onCrash: message => writeProgress(`${message}\n`),
  }
}

function trialsOf(journal: Journal) {
  return [...journal.all()].flatMap(({ trials }) => trials)
}

/** What is stored of a plan that may have fewer seeds, as a run with looks does, than the one that it was stored under. */
function unitsIn(plan: StoredPlan, planned: readonly Unit[], journal: Journal): StoredUnit[] {
  const end = plan.firstSeed + plan.suite.seeds
  const indices = new Map(planned.filter(({ seed }) => seed < end).map(({ index }, i) => [index, i]))
  return [...journal.all()].flatMap(unit => {
    const index = indices.get(unit.unit)
    return index === undefined ? [] : { ...unit, unit: index }
  })
}

/** A part decides nothing: its verdict is the whole's. */
function endShard({ index, count }: Shard, folder: string, wallMs: number, say: (line: string) => void): void {
  finishShard(folder, wallMs)
  say(`shard ${index} of ${count} is done; \`carmine merge\` makes a run of all of them`)
}

function tidy(exitCode: ExitCode, { journal, logs }: Begun, { shard }: StoredPlan): ExitCode {
  logs.prune()
  if (shard === undefined) journal.remove()
  else journal.close()
  return exitCode
}

function tellRest(
  { done, planned, lost }: SuiteResult,
  way: string,
  { typed }: SimulatorOptions,
  folder: string,
  { interrupted, writeProgress }: CommandContext,
): ExitCode {
  const why = interrupted.aborted ? 'interrupted' : `${lost.length} parts are missing, as their workers died`
  const of = way === '' ? 'parts of the suite' : 'parts up to there'
  writeProgress(`${why}${way}: ${done} of ${planned} ${of} were run; ${folder} holds these\n`)
  if (typed !== undefined) {
    writeProgress(renderSteps([resumeStep(typed, folder, 'go on where it ended')], programName(process.env)))
  }
  return interrupted.aborted ? exitCodes.interrupted : exitCodes.bug
}
