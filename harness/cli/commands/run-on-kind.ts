import { readFileSync } from 'node:fs'
import { requireTools } from '../../../clusters/kind/environment.ts'
import { type KindSuite, runKindSuite } from '../../../clusters/kind/suite.ts'
import { lookIntervalMs } from '../../../clusters/looks.ts'
import { prepareLoad } from '../../../clusters/stage/load-tool.ts'
import { readClusterSettings } from '../../../clusters/stage/settings.ts'
import type { ClusterTrial, ClusterTrialResult } from '../../../clusters/stage/trial.ts'
import { createEngine, step } from '../../../remediator/engine.ts'
import { foldInstants } from '../../judge/instants.ts'
import { resultOf, type TrialResult } from '../../judge/trial-result.ts'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { rootCauseOf } from '../../model/scenario.ts'
import { readEvents } from '../../model/trial-log.ts'
import { planTrial } from '../../run/plan-trial.ts'
import { analysisOf, type Row } from '../../run/row.ts'
import { siteOf } from '../../run/site.ts'
import { planUnits, type SuitePlan, type Unit } from '../../run/suite-plan.ts'
import type { CommandContext } from '../context.ts'
import { writeLog } from '../kept-logs.ts'
import { writeProposals } from '../kept-proposals.ts'
import { patchesOf } from '../load/load-plan.ts'
import { subjectFiles } from '../load/load-subject.ts'
import { displayName } from '../load/read-input.ts'
import { renderLog } from '../render-log.ts'
import type { RunUnits } from '../summarize-run.ts'
import { unplayedProblems } from '../unplayed-problems.ts'
import type { RunOptions } from './run.ts'

type KindOptions = Pick<RunOptions, 'rollout' | 'analysis' | 'telemetry' | 'levels' | 'retain' | 'workers'>

/** Runs the policies under test on a kind cluster, all trials side by side, and writes every trial's log. */
export async function runOnKind(
  plan: SuitePlan,
  options: KindOptions,
  folder: string,
  context: CommandContext,
): Promise<RunUnits> {
  const rows = plan.groups.flatMap(group => group.rows).filter(row => plan.scored.includes(row.policy))
  const units = planUnits(plan)
  const planned = units.flatMap(unit => rows.map(row => ({ unit, row, trial: kindTrial(plan, unit, row) })))
  const manifests = subjectFiles(options).map(path => ({ name: displayName(path), text: readFileSync(path, 'utf8') }))
  const plans = planned.map(({ trial }) => trial.plan)
  refuseWhatKindHasNot(rows, unplayedProblems(plans, manifests))
  const results: ClusterTrialResult[] = []
  await runKindSuite({
    ...(await kindSurroundings(plan, manifests, context, context.interrupted)),
    trials: planned.map(({ trial }) => trial),
    sideBySide: options.workers ?? 2,
    onTrial: (result, index) => {
      results[index] = result
    },
    retain: options.retain,
  })
  const trials = planned.map(({ unit, row, trial }, i): TrialResult & { unit: number } => {
    const { frames, problems, proposals } = results[i]!
    const facts = foldInstants(
      [...readEvents(frames)],
      trial.plan.truth,
      rootCauseOf(plan.scenarios[unit.scenario]!, unit.variant),
    )
    const result = resultOf({ ...trial.plan, policy: row.policy, level: row.level }, [frames], facts)
    for (const problem of problems) context.writeProgress(`${result.id}: ${problem}\n`)
    writeLog(folder, result.id, renderLog(frames))
    writeProposals(folder, result.id, proposals)
    return { ...result, unit: unit.index }
  })
  return {
    units: units.map(({ index }) => {
      const ofUnit = trials.filter(({ unit }) => unit === index)
      return { unit: index, trials: ofUnit, alarms: [], looks: ofUnit.reduce((sum, { facts }) => sum + facts.looks, 0) }
    }),
    planned: units.length,
    logDigest: null,
  }
}

/** All trials get the same manifests: a policy's own would be left out in silence. */
function refuseWhatKindHasNot(rows: readonly Row[], unplayed: readonly Problem[]): void {
  const problem = (file: string, message: string) => ({ file, line: 1, column: 1, message, severity: 'error' as const })
  const patching = rows.filter(({ spec }) => patchesOf(spec).length > 0).map(({ policy }) => policy)
  const patched = [...new Set(patching)].map(policy =>
    problem(policy, 'brings manifests of its own, which the kind backend does not apply'),
  )
  const problems = [...patched, ...unplayed]
  if (problems.length > 0) throw new InvalidInput(problems)
}

/** What all trials on a kind cluster have in common. @throws EnvironmentMissing */
export async function kindSurroundings(
  plan: SuitePlan,
  manifests: KindSuite['manifests'],
  context: Pick<CommandContext, 'writeProgress'>,
  signal: AbortSignal,
): Promise<Omit<KindSuite, 'trials' | 'sideBySide' | 'onTrial' | 'retain'>> {
  await requireTools()
  const settings = readClusterSettings(process.env)
  const say = (line: string) => context.writeProgress(`${line}\n`)
  const { script, extensions, from } = plan.suite.load?.k6 ?? { extensions: [], from: 'cluster' }
  return {
    settings,
    load: await prepareLoad({ script, extensions, from }, settings, process.env, say, signal),
    manifests,
    telemetry: plan.groups[0]!.subject.telemetry,
    system: plan.environment.topology,
    ...(plan.suite.pause === undefined ? {} : { pauseMs: plan.suite.pause }),
    say,
    signal,
  }
}

export function kindTrial(plan: SuitePlan, unit: Unit, row: Row): ClusterTrial {
  const trialPlan = planTrial(plan.scenarios[unit.scenario]!, unit.variant, unit.seed, plan.horizonMs, plan.environment)
  const { subject } = plan.groups[0]!
  const { latency, scrapeInterval } = subject.telemetry
  const { topology } = plan.environment
  const namespace = subject.rollout.metadata.namespace ?? 'default'
  const setting = {
    policy: row.spec,
    trial: `${trialPlan.scenario}/${unit.seed}`,
    latencyBucketsS: latency.bucketsS,
    lookIntervalMs: lookIntervalMs(scrapeInterval),
    horizonMs: plan.horizonMs,
    site: siteOf({ subject, topology, namespace }, row),
  }
  const engine = createEngine(setting, row.level)
  return {
    plan: { ...trialPlan, endMs: plan.horizonMs },
    policy: row.policy,
    level: row.level,
    analysis: analysisOf(row),
    step: observation => step(engine, observation),
  }
}
