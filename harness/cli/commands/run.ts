import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Level } from '../../model/effect.ts'
import { formatProblem } from '../../model/problem.ts'
import type { Shard } from '../../run/shard.ts'
import type { SuitePlan } from '../../run/suite-plan.ts'
import { type Baseline, type FailOn, openBaseline } from '../baseline.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { tellAgain } from '../finish-run.ts'
import { FolderGone } from '../folder-gone.ts'
import { loadPlan, type PlanOptions } from '../load/load-plan.ts'
import type { OwnFiles } from '../load/load-subject.ts'
import { renderSteps } from '../next-steps.ts'
import { openRunFolder } from '../open-run.ts'
import { packageInfo } from '../package-info.ts'
import { checkExistingOptions, type ExistingOptions, existingCluster } from '../play-on-existing.ts'
import { programName } from '../program-name.ts'
import { readPlan, readSummary, readTrials } from '../read-run.ts'
import { replayArguments } from '../replay-arguments.ts'
import { reportError } from '../report-error.ts'
import { resumeStep } from '../resume-step.ts'
import { runFiles, type StoredPlan } from '../run-folder.ts'
import { runOnSimulator } from '../run-on-simulator.ts'
import { type OutputOptions, runOutput } from '../run-output.ts'
import { withLooks } from '../until-decided.ts'
import { UsageError } from '../usage-error.ts'

export interface RunOptions extends OutputOptions, ExistingOptions, OwnFiles {
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
  readonly backend?: StoredPlan['backend'] | undefined
  readonly out?: string | undefined
  /** Go on with what is in the folder. */
  readonly resume?: boolean | undefined
  readonly shard?: Shard | undefined
  readonly logs: 'failing' | 'all'
  readonly loadScript?: string | undefined
  readonly k6?: 'cluster' | 'local' | undefined
  readonly retain: boolean
  /** A kind cluster that stands. */
  readonly cluster?: string | undefined
  /** The folder of a finished run to compare with. */
  readonly baseline?: string | undefined
  readonly failOn?: FailOn
  /** See `PlanOptions`. */
  readonly withoutAnchors?: boolean
  /** The command line, `run` its first word, to be told how to go on. */
  readonly typed?: readonly string[] | undefined
}

/** Runs a suite and writes its folder. */
export async function run(options: RunOptions, context: CommandContext): Promise<ExitCode> {
  const { plan: loaded, warnings, inert } = loadPlan(planOptions(options))
  const backend = options.backend ?? loaded.suite.backend
  refuseCombinations(options, backend)
  const plan = planLooksOf(loaded, options)
  for (const warning of warnings) context.writeProgress(`${formatProblem(warning)}\n`)
  if (options.rollout !== undefined) {
    for (const { reason, fields } of inert) context.writeProgress(`inert: ${fields.join(', ')} (${reason})\n`)
  }
  const { shard } = options
  // A log of a real cluster cannot be made again.
  const logs = backend === 'sim' ? options.logs : 'all'
  const replay = replayArguments(options)
  const cluster = backend === 'existing' ? await existingCluster(options, context.interrupted) : undefined
  const stored: StoredPlan = {
    ...plan,
    version: packageInfo.version,
    ...{ backend, cluster, logs, shard, replayArguments: replay },
  }
  const baseline = options.baseline === undefined ? undefined : openBaseline(options.baseline, plan, backend)
  const opened = openRunFolder(stored, options)
  const { folder, isBegun } = opened
  try {
    if (opened.isFinished) {
      // One with looks may have fewer seeds than were planned.
      const ended = plan.looks === undefined ? stored : readPlan(folder)
      return await tellFinished(folder, ended, { ...options, baseline }, context)
    }
    if (backend !== 'sim') {
      const { runOnCluster } = await import('../run-on-cluster.ts')
      return await runOnCluster(stored, { ...options, baseline }, folder, context)
    }
    return await runOnSimulator(stored, { ...options, baseline, isBegun }, folder, context)
  } catch (error) {
    if (!existsSync(join(folder, runFiles.logs))) throw new FolderGone(folder)
    if (!existsSync(join(folder, runFiles.journal)) || options.typed === undefined) throw error
    const exitCode = reportError(error, context.writeProgress)
    const step = resumeStep(options.typed, folder, 'what was done is kept; go on with it when the cause is mended')
    context.writeProgress(renderSteps([step], programName(process.env)))
    return exitCode
  } finally {
    opened.release()
  }
}

/** The looks of a run that goes on are those that it was planned with, without being asked for again. */
function planLooksOf(plan: SuitePlan, { untilDecided, resume, out, baseline }: RunOptions): SuitePlan {
  if (untilDecided === true) return withLooks(plan)
  if (resume !== true || !existsSync(join(out!, runFiles.plan))) return plan
  const { looks } = readPlan(out!)
  if (looks === undefined) return plan
  if (baseline !== undefined) {
    throw new UsageError('--baseline: the run to go on with ends as soon as it is decided, and cannot be compared')
  }
  return { ...plan, looks }
}

function refuseCombinations(options: RunOptions, backend: StoredPlan['backend']): void {
  const { resume, out } = options
  if (resume === true && out === undefined) throw new UsageError('--resume needs --out, the folder of the run')
  const lost = (Object.keys(onlyOn) as (keyof typeof onlyOn)[]).filter(
    name =>
      options[name] !== undefined &&
      options[name] !== false &&
      !(onlyOn[name].backends as readonly string[]).includes(backend),
  )
  if (lost.length > 0) {
    const told = lost.map(name => `${onlyOn[name].option} is for --backend ${onlyOn[name].backends.join(' or ')}`)
    throw new UsageError(`${told.join('; ')}: this run is on ${backend}`)
  }
  if (backend === 'existing') checkExistingOptions(options)
}

/** Options that would do nothing on other backends. */
const onlyOn = {
  cluster: { option: '--cluster', backends: ['kind'] },
  retain: { option: '--retain', backends: ['kind'] },
  context: { option: '--context', backends: ['existing'] },
  namespaces: { option: '--namespaces', backends: ['existing'] },
  subjectImage: { option: '--subject-image', backends: ['existing'] },
  yes: { option: '--yes', backends: ['existing'] },
  evenProduction: { option: '--even-production', backends: ['existing'] },
  loadScript: { option: '--load-script', backends: ['kind', 'existing'] },
  k6: { option: '--k6', backends: ['kind', 'existing'] },
  untilDecided: { option: '--until-decided', backends: ['sim'] },
  shard: { option: '--shard', backends: ['sim'] },
} as const satisfies Partial<Record<keyof RunOptions, { option: string; backends: readonly StoredPlan['backend'][] }>>

type ToldOptions = OutputOptions & { readonly baseline: Baseline | undefined; readonly failOn?: FailOn }

async function tellFinished(
  folder: string,
  plan: StoredPlan,
  options: ToldOptions,
  context: CommandContext,
): Promise<ExitCode> {
  context.writeProgress(`the run in ${folder} is finished: nothing is left to do\n`)
  if (plan.shard !== undefined) return exitCodes.pass
  const units = [{ unit: 0, trials: readTrials(folder) }]
  const { baseline, failOn, quiet } = options
  const told = { folder, plan, units, output: runOutput(plan, options, context), baseline, failOn, quiet }
  return tellAgain(told, readSummary(folder), context)
}

export function planOptions(options: RunOptions): PlanOptions {
  const { scenario, policy, criterion, ...rest } = options
  const { suite, levels, seed, seeds, rollout, analysis, telemetry, parameters, topology, lenient, loadScript, k6 } =
    rest
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
    loadScript,
    k6,
    withoutAnchors: options.withoutAnchors,
    replacesCriteria: options.replacesCriteria,
  }
}
