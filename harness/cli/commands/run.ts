import { availableParallelism } from 'node:os'
import { formatCount } from '../../../reports/format.ts'
import type { BrokenBound } from '../../judge/bound.ts'
import type { Level } from '../../model/effect.ts'
import { formatProblem } from '../../model/problem.ts'
import { runSuite, type SuiteOptions, type SuiteResult } from '../../run/run-suite.ts'
import type { SuitePlan } from '../../run/suite-plan.ts'
import { type FailOn, openBaseline } from '../baseline.ts'
import { concludeRun } from '../conclude-run.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { loadPlan, type PlanOptions } from '../load/load-plan.ts'
import { reportPage } from '../report-page.ts'
import {
  createRunFolder,
  LogWriter,
  writeAlarms,
  writeDigests,
  writePlan,
  writeResults,
  writeTrials,
} from '../run-folder.ts'
import { type OutputOptions, type RunOutput, runOutput } from '../run-output.ts'
import { summarizeRun, unitAlarms } from '../summarize-run.ts'
import { runLooks, withLooks } from '../until-decided.ts'

export interface RunOptions extends OutputOptions {
  readonly suite: string
  readonly scenario?: readonly string[] | undefined
  readonly policy?: readonly string[] | undefined
  readonly levels?: readonly Level[] | undefined
  readonly criterion?: readonly string[] | undefined
  /** See `PlanOptions`. */
  readonly replacesCriteria?: boolean
  readonly seed: number
  readonly seeds?: number | undefined
  readonly untilDecided?: boolean | undefined
  readonly workers?: number | undefined
  readonly backend?: 'sim' | 'kind' | undefined
  readonly out?: string | undefined
  readonly logs: 'failing' | 'all'
  readonly rollout?: string | undefined
  readonly analysis?: readonly string[] | undefined
  readonly telemetry?: string | undefined
  readonly parameters?: readonly string[] | undefined
  readonly topology?: string | undefined
  readonly lenient: boolean
  readonly retain: boolean
  /** The folder of a finished run to compare with. */
  readonly baseline?: string | undefined
  readonly failOn?: FailOn
  /** See `PlanOptions`. */
  readonly withoutAnchors?: boolean
}

/** More workers than cores only wait for each other; few machines gain beyond this many. */
const maxWorkers = 16

class OnlySimulated extends Error {
  readonly exitCode = exitCodes.usage
  constructor() {
    super('--until-decided runs on the simulator alone: on a real cluster give --seeds')
  }
}

/** Runs a suite and writes its folder. */
export async function run(options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const { plan: loaded, warnings, inert } = loadPlan(planOptions(options))
  const planned = options.untilDecided === true ? withLooks(loaded) : loaded
  for (const warning of warnings) context.writeProgress(`${formatProblem(warning)}\n`)
  if (options.rollout !== undefined) {
    for (const { reason, fields } of inert) context.writeProgress(`inert: ${fields.join(', ')} (${reason})\n`)
  }
  const backend = options.backend ?? planned.suite.backend
  if (planned.looks !== undefined && backend === 'kind') throw new OnlySimulated()
  const { failOn } = options
  const baseline = options.baseline === undefined ? undefined : openBaseline(options.baseline, planned, backend)
  const startedMs = performance.now()
  const folder = createRunFolder(planned.suite.name, options.out)
  const again = replayArguments(options)
  writePlan(folder, { ...planned, replayArguments: again })
  const output = runOutput(planned, options, context)
  const { plan, result } =
    backend === 'kind'
      ? { plan: planned, result: await onKind(planned, options, folder, context) }
      : await onSimulator(planned, options, folder, { output, context })
  if (plan !== planned) writePlan(folder, { ...plan, replayArguments: again })
  const summary = summarizeRun(plan, result, {
    backend,
    folder,
    wallMs: Math.round(performance.now() - startedMs),
    replayArguments: again,
  })
  writeAlarms(folder, unitAlarms(plan, result.units))
  const trials = result.units.flatMap(unit => unit.trials)
  writeTrials(folder, trials)
  writeDigests(folder, trials)
  // Who interrupts a run waits for no trial to be run once more.
  const shown = context.interrupted.aborted ? [] : trials
  writeResults(folder, summary, await reportPage(folder, summary, { ...plan, replayArguments: again }, shown))
  const told = { folder, summary, words: again, baseline, failOn, quiet: options.quiet }
  const exitCode = concludeRun(told, comparison => output.result(summary, result.units, comparison), context)
  if (context.interrupted.aborted) {
    const done = `${result.units.length} of ${result.planned}`
    context.writeProgress(`interrupted: ${done} parts of the suite were run; ${folder} holds these and says so\n`)
    return exitCodes.interrupted
  }
  for (const broken of summary.brokenBounds) context.writeProgress(formatBrokenBound(broken))
  if (summary.brokenBounds.length > 0) return exitCodes.bug
  return result.lost.length > 0 ? exitCodes.bug : exitCode
}

function formatBrokenBound({ policy, level, meanDifference, high, trials }: BrokenBound): string {
  const less = `${formatCount(-meanDifference)} bad requests a trial (at least ${formatCount(-high)})`
  const lines = trials.map(trial => `  ${trial}\n`).join('')
  return `a bug of carmine: ${policy} ${level} did less harm than is possible, by ${less}, in\n${lines}`
}

async function onKind(
  plan: SuitePlan,
  options: RunOptions,
  folder: string,
  context: CommandContext,
): Promise<SuiteResult> {
  const { runOnKind } = await import('./run-on-kind.ts')
  return runOnKind(plan, options, folder, context)
}

export function planOptions(options: RunOptions): PlanOptions {
  const { scenario, policy, criterion, ...rest } = options
  const { suite, levels, seed, seeds, rollout, analysis, telemetry, parameters, topology, lenient } = rest
  return {
    suite,
    scenarios: scenario,
    policies: policy,
    criteria: criterion,
    levels,
    seed,
    seeds,
    rollout,
    analysis,
    telemetry,
    parameters,
    topology,
    lenient,
    withoutAnchors: options.withoutAnchors,
    replacesCriteria: options.replacesCriteria,
  }
}

async function onSimulator(
  plan: SuitePlan,
  options: RunOptions,
  folder: string,
  { output, context }: { output: RunOutput; context: CommandContext },
): Promise<{ plan: SuitePlan; result: SuiteResult }> {
  const logWriter = new LogWriter(folder, options.logs)
  output.start()
  const suiteOptions: SuiteOptions = {
    workers: options.workers ?? Math.min(maxWorkers, availableParallelism()),
    logs: options.logs,
    signal: context.interrupted,
    onUnit: ({ unit, trials, frames }) => {
      for (const [id, log] of Object.entries(frames)) logWriter.write(id, log)
      output.unit({ unit, trials })
    },
    onCrash: message => context.writeProgress(`${message}\n`),
  }
  const ran =
    plan.looks === undefined
      ? { plan, result: await runSuite(plan, suiteOptions) }
      : await runLooks(plan, suiteOptions, line => {
          if (!options.quiet) context.writeProgress(`${line}\n`)
        })
  const { result } = ran
  output.finish()
  if (result.repeated > 0 && !options.quiet)
    context.writeProgress(`${result.repeated} trials run again, each alone: the same logs\n`)
  return ran
}

/** What a replay needs besides the trial's id to find the same inputs: the horizon too depends on all scenarios and manifests. */
function replayArguments({
  suite,
  rollout,
  analysis,
  telemetry,
  parameters,
  topology,
  policy,
  scenario,
  lenient,
}: RunOptions): string[] {
  const named = (option: string, values: readonly (string | undefined)[]) =>
    values.flatMap(value => (value === undefined ? [] : [option, value]))
  return [
    ...named('--suite', [suite]),
    ...named('--scenario', scenario ?? []),
    ...named('--policy', policy ?? []),
    ...named('--rollout', [rollout]),
    ...named('--analysis', analysis ?? []),
    ...named('--telemetry', [telemetry]),
    ...named('--parameters', parameters ?? []),
    ...named('--topology', [topology]),
    ...(lenient ? ['--lenient'] : []),
  ]
}
