import { readFileSync } from 'node:fs'
import { requireTools } from '../../../clusters/kind/environment.ts'
import { runKindSuite } from '../../../clusters/kind/suite.ts'
import { lookIntervalMs } from '../../../clusters/looks.ts'
import { prepareLoad } from '../../../clusters/stage/load-tool.ts'
import { readClusterSettings } from '../../../clusters/stage/settings.ts'
import type { ClusterTrial, ClusterTrialResult } from '../../../clusters/stage/trial.ts'
import { createEngine, step } from '../../../remediator/engine.ts'
import { foldInstants } from '../../judge/instants.ts'
import { resultOf, type TrialResult } from '../../judge/trial-result.ts'
import type { Level } from '../../model/effect.ts'
import { InvalidInput } from '../../model/problem.ts'
import { rootCauseOf } from '../../model/scenario.ts'
import { readEvents } from '../../model/trial-log.ts'
import { planTrial } from '../../run/plan-trial.ts'
import { analysisOf, type Row } from '../../run/row.ts'
import { siteOf } from '../../run/site.ts'
import { planUnits, type SuitePlan, type Unit } from '../../run/suite-plan.ts'
import type { CommandContext } from '../context.ts'
import { writeLog } from '../kept-logs.ts'
import { patchesOf } from '../load/load-plan.ts'
import { subjectFiles } from '../load/load-subject.ts'
import { displayName } from '../load/read-input.ts'
import { type ExistingOptions, playOnExisting } from '../play-on-existing.ts'
import { renderLog } from '../render-log.ts'
import type { RunUnits } from '../summarize-run.ts'
import type { RunOptions } from './run.ts'

type KindOptions = Pick<
  RunOptions,
  'rollout' | 'analysis' | 'telemetry' | 'levels' | 'retain' | 'workers' | 'backend'
> &
  ExistingOptions

/** Runs the policies under test on a kind cluster, all trials side by side, and writes every trial's log. */
export async function runOnKind(
  plan: SuitePlan,
  options: KindOptions,
  folder: string,
  context: CommandContext,
): Promise<RunUnits> {
  const rows = plan.groups.flatMap(group => group.rows).filter(row => plan.scored.includes(row.policy))
  refuseWhatKindHasNot(rows, plan.suite, options)
  const units = planUnits(plan)
  const planned = units.flatMap(unit => rows.map(row => ({ unit, row, trial: kindTrial(plan, unit, row) })))
  const results: ClusterTrialResult[] = []
  await requireTools()
  const settings = readClusterSettings(process.env)
  const say = (line: string) => context.writeProgress(`${line}\n`)
  const { script, extensions, from } = plan.suite.load?.k6 ?? { extensions: [], from: 'cluster' }
  const common = {
    settings,
    load: await prepareLoad({ script, extensions, from }, settings, process.env, say, context.interrupted),
    manifests: subjectFiles(options).map(path => ({ name: displayName(path), text: readFileSync(path, 'utf8') })),
    telemetry: plan.groups[0]!.subject.telemetry,
    system: plan.environment.topology,
    ...(plan.suite.pause === undefined ? {} : { pauseMs: plan.suite.pause }),
    trials: planned.map(({ trial }) => trial),
    onTrial: (result: ClusterTrialResult, index: number) => {
      results[index] = result
    },
    say,
    signal: context.interrupted,
  }
  if (options.backend === 'existing') await playOnExisting(common, options, context)
  else await runKindSuite({ ...common, sideBySide: options.workers ?? 2, retain: options.retain })
  const trials = planned.map(({ unit, row, trial }, i): TrialResult & { unit: number } => {
    const { frames, problems } = results[i]!
    const facts = foldInstants(
      [...readEvents(frames)],
      trial.plan.truth,
      rootCauseOf(plan.scenarios[unit.scenario]!, unit.variant),
    )
    const result = resultOf({ ...trial.plan, policy: row.policy, level: row.level }, [frames], facts)
    for (const problem of problems) context.writeProgress(`${result.id}: ${problem}\n`)
    writeLog(folder, result.id, renderLog(frames))
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

/** What can be carried out on a real cluster. */
const levelsOnKind: readonly Level[] = ['L0', 'L1']

/**
 * All trials get the same manifests: a policy's own would be left out in silence. So would what the levels above L1 add.
 */
function refuseWhatKindHasNot(
  rows: readonly Row[],
  { name, levels }: SuitePlan['suite'],
  options: Pick<RunOptions, 'levels'>,
): void {
  const problem = (file: string, message: string) => ({ file, line: 1, column: 1, message, severity: 'error' as const })
  const patching = rows.filter(({ spec }) => patchesOf(spec).length > 0).map(({ policy }) => policy)
  const tooHigh = levels.filter(level => !levelsOnKind.includes(level))
  const problems = [...new Set(patching)].map(policy =>
    problem(policy, 'brings manifests of its own, which the kind backend does not apply'),
  )
  if (tooHigh.length > 0) {
    const only = `the kind backend has ${levelsOnKind.join(' and ')} so far`
    const levelsFrom = options.levels === undefined ? name : '--levels'
    problems.push(
      problem(levelsFrom, `${only}, not ${tooHigh.join(', ')}; run with --levels ${levelsOnKind.join(',')}`),
    )
  }
  if (problems.length > 0) throw new InvalidInput(problems)
}

function kindTrial(plan: SuitePlan, unit: Unit, row: Row): ClusterTrial {
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
