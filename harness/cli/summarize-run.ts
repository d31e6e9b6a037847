import { join } from 'node:path'
import { detectors } from '../../remediator/detectors/index.ts'
import type { UnitAlarms } from '../judge/detectors.ts'
import { summarize } from '../judge/summarize.ts'
import type { Summary } from '../judge/summary.ts'
import type { UnitOutcome } from '../run/run-unit.ts'
import { planUnits, type SuitePlan } from '../run/suite-plan.ts'
import { packageInfo } from './package-info.ts'
import { runFiles } from './run-folder.ts'

export interface RunFacts {
  readonly backend: Summary['backend']
  readonly folder: string
  readonly wallMs: number
  readonly replayArguments: readonly string[]
}

/** What was run of a plan, in plan order. */
export interface RunUnits {
  readonly units: readonly UnitOutcome[]
  /** How many there would be. */
  readonly planned: number
  /** null on a real cluster, where no run repeats another. */
  readonly logDigest: string | null
}

/** The summary of what was run of a plan. */
export function summarizeRun(plan: SuitePlan, result: RunUnits, facts: RunFacts): Summary {
  const { backend, folder, wallMs, replayArguments } = facts
  const rows = plan.groups
    .flatMap(group => group.rows)
    .filter(row => backend === 'sim' || plan.scored.includes(row.policy))
  return summarize({
    version: packageInfo.version,
    backend,
    seed: plan.firstSeed,
    wallMs,
    logDigest: result.logDigest,
    artifacts: { dir: folder, html: join(folder, runFiles.html), junit: join(folder, runFiles.junit) },
    suite: plan.suite,
    scenarios: plan.scenarios,
    policies: plan.scored,
    anchors: plan.suite.anchors.filter(name => rows.some(row => row.policy === name)),
    bounded: boundedPolicies(plan),
    detectors: backend === 'sim' ? detectors.map(({ name }) => name) : [],
    trials: result.units.flatMap(({ trials }) => trials),
    alarms: unitAlarms(plan, result.units),
    plannedTrials: result.planned * rows.length,
    plannedLooks: plan.looks,
    looks: result.units.reduce((sum, { looks }) => sum + looks, 0),
    replayArguments,
  })
}

/** Those on the same manifests as the anchor that knows everything. */
function boundedPolicies({ groups }: SuitePlan): string[] {
  const own = groups.find(({ rows }) => rows.some(({ driver }) => driver === 'clairvoyant'))
  return [...new Set(own?.rows.map(({ policy }) => policy))]
}

/** What every detector said in the open loop, by trial. */
export function unitAlarms(plan: SuitePlan, results: readonly Pick<UnitOutcome, 'unit' | 'alarms'>[]): UnitAlarms[] {
  const units = planUnits(plan)
  return results.map(({ unit, alarms }) => {
    const { scenario, variant, seed } = units[unit]!
    return { scenario: plan.scenarios[scenario]!.name, variant, seed, alarms }
  })
}
