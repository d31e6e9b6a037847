import { worldSetting } from '../../clusters/sim/world-setting.ts'
import type { ClusterSuite } from '../../clusters/stage/cluster-suite.ts'
import type { ClusterTrial } from '../../clusters/stage/cluster-trial.ts'
import { prepareLoad } from '../../clusters/stage/load-tool.ts'
import { readClusterSettings } from '../../clusters/stage/settings.ts'
import { createEngine, step } from '../../remediator/engine.ts'
import { InvalidInput, type Problem } from '../model/problem.ts'
import type { Topology } from '../model/topology.ts'
import { engineSetting } from '../run/engine-setting.ts'
import { planTrial } from '../run/plan-trial.ts'
import { analysisOf, type Row } from '../run/row.ts'
import type { SuitePlan, Unit } from '../run/suite-plan.ts'
import { patchesOf } from './load/load-plan.ts'

/** All trials get the same manifests: a policy's own would be left out in silence. */
export function refuseWhatClustersHaveNot(rows: readonly Row[], unplayed: readonly Problem[]): void {
  const problem = (file: string, message: string) => ({ file, line: 1, column: 1, message, severity: 'error' as const })
  const patching = rows.filter(({ spec }) => patchesOf(spec).length > 0).map(({ policy }) => policy)
  const patched = [...new Set(patching)].map(policy =>
    problem(policy, 'brings manifests of its own, which no real cluster gets: all trials of a run have the same'),
  )
  const problems = [...patched, ...unplayed]
  if (problems.length > 0) throw new InvalidInput(problems)
}

/** What all trials of a plan share on a cluster. */
export async function clusterSuite(
  plan: SuitePlan,
  manifests: ClusterSuite['manifests'],
  system: Topology,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<Omit<ClusterSuite, 'trials' | 'onTrial'>> {
  const settings = readClusterSettings(process.env)
  const { script, extensions, from } = plan.suite.load?.k6 ?? { extensions: [], from: 'cluster' }
  return {
    settings,
    load: await prepareLoad({ script, extensions, from }, settings, process.env, say, signal),
    manifests,
    telemetry: plan.groups[0]!.subject.telemetry,
    system,
    ...(plan.suite.pause === undefined ? {} : { pauseMs: plan.suite.pause }),
    say,
    signal,
  }
}

/**
 * The trial of one unit and row, with an engine of its own.
 * @param topology of what is deployed, as far as the engine is told of it
 */
export function clusterTrial(plan: SuitePlan, unit: Unit, row: Row, topology: Topology): ClusterTrial {
  const trialPlan = planTrial(plan.scenarios[unit.scenario]!, unit.variant, unit.seed, plan.horizonMs, plan.environment)
  const setting = worldSetting(trialPlan, plan.groups[0]!.subject, { ...plan.environment, topology })
  const engine = createEngine(engineSetting(setting, row, false), row.level)
  return {
    plan: { ...trialPlan, endMs: plan.horizonMs },
    policy: row.policy,
    level: row.level,
    analysis: analysisOf(row),
    step: observation => step(engine, observation),
  }
}
