import { requireTools } from '../../clusters/kind/environment.ts'
import { runKindSuite } from '../../clusters/kind/suite.ts'
import type { ClusterTrialResult } from '../../clusters/stage/cluster-trial.ts'
import { prepareLoad } from '../../clusters/stage/load-tool.ts'
import { readClusterSettings } from '../../clusters/stage/settings.ts'
import { foldInstants } from '../judge/instants.ts'
import { resultOf, type TrialResult } from '../judge/trial-result.ts'
import { rootCauseOf } from '../model/scenario.ts'
import { readEvents } from '../model/trial-log.ts'
import type { Row } from '../run/row.ts'
import type { LogFiles } from '../run/run-unit.ts'
import { planUnits, type Unit } from '../run/suite-plan.ts'
import type { Baseline, FailOn } from './baseline.ts'
import { clusterTrial, refuseWhatClustersHaveNot } from './cluster-trial.ts'
import type { RunOptions } from './commands/run.ts'
import type { CommandContext } from './context.ts'
import { deployedTopology } from './deployed-topology.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { endRun } from './finish-run.ts'
import type { StoredUnit } from './journal.ts'
import { writeProposals } from './kept-proposals.ts'
import { subjectManifests } from './load/load-subject.ts'
import { renderSteps } from './next-steps.ts'
import { type Begun, resumeFrom } from './open-run.ts'
import { type ExistingOptions, prepareExisting } from './play-on-existing.ts'
import { programName } from './program-name.ts'
import { renderLog } from './render-log.ts'
import { resumeStep } from './resume-step.ts'
import type { StoredPlan } from './run-folder.ts'
import { type OutputOptions, type RunOutput, runOutput } from './run-output.ts'
import { unplayedProblems } from './unplayed-problems.ts'

type Chosen = 'rollout' | 'analysis' | 'telemetry' | 'levels' | 'retain' | 'cluster' | 'workers' | 'typed'

export interface ClusterOptions extends OutputOptions, ExistingOptions, Pick<RunOptions, Chosen> {
  readonly baseline: Baseline | undefined
  readonly failOn?: FailOn
}

/** A trial that is still to be run. */
interface Pending {
  readonly unit: Unit
  readonly row: Row
  /** Its place among the unit's trials. */
  readonly place: number
}

/**
 * Runs the policies under test on a real cluster: the trials that an earlier start did not, and those that it found invalid. Each unit is
 * put on record when its trials have ended, and the record stays where some are left to do, or to be done again.
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
  const output = runOutput(plan, options, context, units, 'now the clean-up')
  const begun = resumeFrom(folder, plan, output.unit, ({ trials }) => trials.every(isValid))
  const say = (line: string) => context.writeProgress(`${line}\n`)
  const wallMs = () => begun.wallMs + performance.now() - startedMs
  const pending = pendingTrials(units, rows, begun)
  const all = units.length * rows.length
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
  const invalid = ran.flatMap(({ trials }) => trials.filter(trial => !isValid(trial)))
  begun.logs.prune()
  if (ran.length === units.length && invalid.length === 0) {
    begun.journal.remove()
    return exitCode
  }
  begun.journal.close()
  if (context.interrupted.aborted) {
    say(`interrupted: ${ran.length} of ${units.length} parts of the suite were run; ${folder} holds these`)
    tellHowToGoOn('go on where it ended')
    return exitCodes.interrupted
  }
  tellHowToGoOn(`run the ${invalid.length === 1 ? 'invalid trial' : `${invalid.length} invalid trials`} again`)
  return exitCode

  function tellHowToGoOn(why: string): void {
    if (options.typed === undefined) return
    context.writeProgress(renderSteps([resumeStep(options.typed, folder, why)], programName(process.env)))
  }
}

function isValid({ facts }: TrialResult): boolean {
  return facts.valid
}

/** Anchors are played on the simulator alone. */
function underTest(plan: StoredPlan): StoredPlan {
  const groups = plan.groups.map(group => ({
    ...group,
    rows: group.rows.filter(({ policy }) => plan.scored.includes(policy)),
  }))
  return { ...plan, groups: groups.filter(({ rows }) => rows.length > 0) }
}

function pendingTrials(units: readonly Unit[], rows: readonly Row[], { journal, digests }: Begun): Pending[] {
  const begun = new Set(journal.units)
  return units
    .filter(({ index }) => !digests.has(index))
    .flatMap(unit => {
      const before = begun.has(unit.index) ? journal.read(unit.index).trials : []
      return rows.flatMap((row, place) => {
        const ended = before[place]
        return ended !== undefined && isValid(ended) ? [] : [{ unit, row, place }]
      })
    })
}

interface Progress {
  readonly folder: string
  readonly begun: Begun
  readonly output: RunOutput
  readonly wallMs: () => number
  readonly say: (line: string) => void
  readonly context: CommandContext
}

async function playPending(
  plan: StoredPlan,
  pending: readonly Pending[],
  options: ClusterOptions,
  progress: Progress,
): Promise<void> {
  const { output, say, context } = progress
  const signal = context.interrupted
  if (plan.backend === 'kind') await requireTools()
  const settings = readClusterSettings(process.env)
  const { script, extensions, from } = plan.suite.load?.k6 ?? { extensions: [], from: 'cluster' }
  const onTrial = collectUnits(plan, pending, progress)
  const manifests = subjectManifests(options)
  const topology = deployedTopology(plan.environment.topology, manifests)
  const suite = {
    settings,
    load: await prepareLoad({ script, extensions, from }, settings, process.env, say, signal),
    manifests,
    telemetry: plan.groups[0]!.subject.telemetry,
    system: topology,
    ...(plan.suite.pause === undefined ? {} : { pauseMs: plan.suite.pause }),
    trials: pending.map(({ unit, row }) => clusterTrial(plan, unit, row, topology)),
    sideBySide: options.workers,
    onTrial,
    say,
    signal,
  }
  if (plan.backend === 'existing') {
    const { play, close } = await prepareExisting(suite, options, context)
    output.start()
    return play().finally(close)
  }
  output.start()
  await runKindSuite({ ...suite, cluster: options.cluster, retain: options.retain })
}

/** @returns what takes the result of a pending trial, and puts its unit on record once that has all of its trials. */
function collectUnits(
  plan: StoredPlan,
  pending: readonly Pending[],
  { folder, begun, output, wallMs, say }: Progress,
): (result: ClusterTrialResult, index: number) => void {
  const { journal, logs } = begun
  const left = Map.groupBy(pending, ({ unit }) => unit.index)
  const before = new Set(journal.units)
  const open = new Map<number, { readonly trials: TrialResult[]; readonly written: Record<string, LogFiles> }>()
  return ({ trial, frames, problems, proposals }, index) => {
    const { unit, row, place } = pending[index]!
    const root = rootCauseOf(plan.scenarios[unit.scenario]!, unit.variant)
    const facts = foldInstants([...readEvents(frames)], trial.plan.truth, root)
    const result = resultOf({ ...trial.plan, policy: row.policy, level: row.level }, [frames], facts)
    for (const problem of problems) say(`${result.id}: ${problem}`)
    const earlier: StoredUnit | undefined = before.has(unit.index) ? journal.read(unit.index) : undefined
    const known = open.get(unit.index) ?? { trials: [...(earlier?.trials ?? [])], written: {} }
    open.set(unit.index, known)
    known.trials[place] = result
    known.written[result.id] = renderLog(frames)
    writeProposals(folder, result.id, proposals)
    const rest = left.get(unit.index)!.filter(other => other.place !== place)
    left.set(unit.index, rest)
    if (rest.length > 0) return
    const { trials, written } = known
    const looks = trials.reduce((sum, { facts: { looks } }) => sum + looks, 0)
    const outcome = { unit: unit.index, trials, alarms: [], looks }
    const sizes = { ...earlier?.logs, ...logs.write(unit.index, written) }
    logs.keep(unit.index, Object.keys(sizes))
    journal.append(outcome, sizes, Math.round(wallMs()))
    open.delete(unit.index)
    output.unit(outcome)
  }
}
