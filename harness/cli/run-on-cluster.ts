import { requireTools } from '../../clusters/kind/environment.ts'
import { runKindSuite } from '../../clusters/kind/suite.ts'
import { counted } from '../model/counted.ts'
import { planUnits } from '../run/suite-plan.ts'
import type { Baseline, FailOn } from './baseline.ts'
import { clusterSuite, clusterTrial, refuseWhatClustersHaveNot } from './cluster-trial.ts'
import { collectTrials, isValid, type PendingTrial, type Progress, pendingTrials } from './collect-trials.ts'
import type { RunOptions } from './commands/run.ts'
import type { CommandContext } from './context.ts'
import { deployedTopology } from './deployed-topology.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { endRun } from './finish-run.ts'
import type { StoredUnit } from './journal.ts'
import { subjectManifests } from './load/load-subject.ts'
import { renderSteps } from './next-steps.ts'
import { resumeFrom } from './open-run.ts'
import { type ExistingOptions, prepareExisting } from './play-on-existing.ts'
import { programName } from './program-name.ts'
import { resumeStep } from './resume-step.ts'
import type { StoredPlan } from './run-folder.ts'
import { type OutputOptions, runOutput } from './run-output.ts'
import { unplayedProblems } from './unplayed-problems.ts'

type Chosen = 'rollout' | 'analysis' | 'telemetry' | 'levels' | 'retain' | 'cluster' | 'workers' | 'typed'

export interface ClusterOptions extends OutputOptions, ExistingOptions, Pick<RunOptions, Chosen> {
  readonly baseline: Baseline | undefined
  readonly failOn?: FailOn
}

/**
 * Runs the policies under test on a real cluster: the trials that an earlier start did not, and those that it found invalid. Each trial is
 * put on record when it has ended, and the record stays where some are left to do, or to be done again.
 */
export async function runOnCluster(
  stored: StoredPlan,
  options: ClusterOptions,
  folder: string,
  context: CommandContext,
): Promise<ExitCode> {
  const startedMs = performance.now()
  const plan = underTest(stored)
  const rows = plan.groups.flatMap(group => group.rows)
  const units = planUnits(plan)
  const manifests = subjectManifests(options)
  const topology = deployedTopology(plan.environment.topology, manifests)
  const plans = units.flatMap(unit => rows.map(row => clusterTrial(plan, unit, row, topology).plan))
  refuseWhatClustersHaveNot(rows, unplayedProblems(plans, manifests, plan.backend === 'existing' ? 'existing' : 'kind'))
  const isDone = ({ trials }: StoredUnit) => trials.length === rows.length && trials.every(isValid)
  const output = runOutput(plan, options, context, units, 'now the clean-up')
  const begun = resumeFrom(folder, plan, output.unit, isDone)
  const all = units.length * rows.length
  const say = (line: string) => context.writeProgress(`${line}\n`)
  const wallMs = () => begun.wallMs + performance.now() - startedMs
  const pending = pendingTrials(units, rows, begun)
  if (pending.length < all) say(`${all - pending.length} of ${all} trials were done before`)
  try {
    if (pending.length > 0) await playPending(plan, pending, options, { folder, begun, output, wallMs, say, context })
  } catch (error) {
    if (!context.interrupted.aborted) {
      // Nothing to go on from: the same command may be typed again.
      if (begun.journal.units.length === 0) begun.journal.remove()
      throw error
    }
  } finally {
    output.finish()
  }
  const ran = [...begun.journal.all()]
  const { baseline, failOn, quiet } = options
  const whole = { folder, plan, units: ran, planned: units.length, logDigest: null }
  const exitCode = await endRun({ ...whole, output, baseline, failOn, quiet }, wallMs(), context)
  const trials = ran.flatMap(unit => unit.trials)
  const invalid = trials.filter(trial => !isValid(trial))
  begun.logs.prune()
  if (trials.length === all && invalid.length === 0) {
    begun.journal.remove()
    return exitCode
  }
  begun.journal.close()
  if (context.interrupted.aborted) {
    say(`interrupted: ${trials.length} of ${all} trials were run; ${folder} holds these`)
    tellHowToGoOn('go on where it ended')
    return exitCodes.interrupted
  }
  tellHowToGoOn(`run the ${invalid.length === 1 ? 'invalid trial' : counted(invalid.length, 'invalid trial')} again`)
  return exitCode

  function tellHowToGoOn(why: string): void {
    if (options.typed === undefined) return
    context.writeProgress(renderSteps([resumeStep(options.typed, folder, why)], programName(process.env)))
  }
}

/** Anchors are played on the simulator alone. */
function underTest(plan: StoredPlan): StoredPlan {
  const groups = plan.groups.map(group => ({
    ...group,
    rows: group.rows.filter(({ policy }) => plan.scored.includes(policy)),
  }))
  return { ...plan, groups: groups.filter(({ rows }) => rows.length > 0) }
}

async function playPending(
  plan: StoredPlan,
  pending: readonly PendingTrial[],
  options: ClusterOptions,
  progress: Progress & { readonly context: CommandContext },
): Promise<void> {
  const { output, say, context } = progress
  const signal = context.interrupted
  if (plan.backend === 'kind') await requireTools()
  const manifests = subjectManifests(options)
  const topology = deployedTopology(plan.environment.topology, manifests)
  const suite = {
    ...(await clusterSuite(plan, manifests, topology, say, signal)),
    trials: pending.map(({ unit, row }) => clusterTrial(plan, unit, row, topology)),
    sideBySide: options.workers,
    onTrial: collectTrials(plan, pending, progress),
  }
  if (plan.backend === 'existing') {
    const { play, close } = await prepareExisting(suite, options, context)
    output.start()
    return play().finally(close)
  }
  output.start()
  await runKindSuite({ ...suite, cluster: options.cluster, retain: options.retain })
}
