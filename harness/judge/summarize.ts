import type { Level } from '../model/effect.ts'
import { type Scenario, truthOf, variantsOf } from '../model/scenario.ts'
import type { Suite } from '../model/suite.ts'
import { decideCriteria, overallVerdict } from './criteria.ts'
import { detectorRows, type UnitAlarms } from './detectors.ts'
import { disturbsPods, judgeTrials } from './evidence.ts'
import { findingsOf } from './findings.ts'
import { type LevelRow, levelRows } from './levels.ts'
import { rowFigures } from './row-figures.ts'
import type { ResultRow, Summary } from './summary.ts'
import type { TrialResult } from './trial-result.ts'

/** What a run planned, measured and cost. */
export interface JudgedRun
  extends Pick<Summary, 'version' | 'backend' | 'seed' | 'wallMs' | 'logDigest' | 'artifacts'> {
  /** With the requested levels, which need not all have been run, and the criteria. */
  readonly suite: Suite
  readonly scenarios: readonly Scenario[]
  /** Under test. */
  readonly policies: readonly string[]
  /** Those to show, of the ones that ran; the null policy's runs are used either way. */
  readonly anchors: readonly string[]
  /** All that watched the open loop. */
  readonly detectors: readonly string[]
  /** In any order. */
  readonly trials: readonly TrialResult[]
  readonly alarms: readonly UnitAlarms[]
  /** Trials, not units; those that have no result were skipped. */
  readonly plannedTrials: number
  readonly looks: number
  /** What `carmine replay` takes after a trial's id to find the same inputs: `--suite quick`. */
  readonly replayArguments: readonly string[]
}

const anchorLevel: Level = 'L1'

/** The result of a run: a function of its trials, alarms and plan alone. */
export function summarize(run: JudgedRun): Summary {
  const { suite, scenarios, policies, seed, version, backend, wallMs, logDigest, artifacts } = run
  // A policy that is an anchor as well runs the same trial twice.
  const trials = [...new Map(run.trials.map(trial => [trial.id, trial])).values()]
  const judged = judgeTrials(trials, scenarios)
  const rows = policies.flatMap(policy => levelRows(judged, policy, suite.levels, seed))
  const criteria = decideCriteria(suite.criteria, rows)
  const valid = judged.filter(({ invalid }) => invalid === undefined).length
  return {
    schemaVersion: 1,
    version,
    suite: suite.name,
    backend,
    seed,
    verdict: overallVerdict(criteria, judged.length === run.plannedTrials && isComplete(rows, scenarios, policies)),
    wallMs,
    logDigest,
    trials: {
      planned: run.plannedTrials - (run.trials.length - trials.length),
      valid,
      invalid: judged.length - valid,
      skipped: run.plannedTrials - run.trials.length,
      looks: run.looks,
    },
    levels: rows.map(resultRow),
    anchors: run.anchors.flatMap(anchor =>
      levelRows(
        judged.filter(({ trial }) => trial.level === anchorLevel),
        anchor,
        [anchorLevel],
        seed,
      ).map(resultRow),
    ),
    scenarios: scenarios.flatMap(({ name, family }) =>
      scenarioRows(rows, name, seed).map(row => ({ scenario: name, family, ...row })),
    ),
    detectors: detectorRows(judged, run.alarms, policies, run.detectors),
    criteria,
    artifacts,
    findings: findingsOf(rows, run.replayArguments),
    groundTruth: scenarios.map(scenario => ({
      scenario: scenario.name,
      family: scenario.family,
      requestsPerSecond: scenario.load.requestsPerSecond,
      scare: scenario.scare ?? null,
      disturbsPods: disturbsPods(scenario),
      ...truthOf(scenario, variantsOf(scenario)[0]!),
    })),
  }
}

function resultRow({ policy, level, sameAs, figures }: LevelRow): ResultRow {
  return { policy, level, sameAs, ...figures }
}

/** A row for each of the run's; levels that are the same over all scenarios are the same in each. */
function scenarioRows(rows: readonly LevelRow[], scenario: string, seed: number): ResultRow[] {
  const done: ResultRow[] = []
  for (const { policy, level, sameAs, trials } of rows) {
    const same = done.find(row => row.policy === policy && row.level === sameAs)
    const own = trials.filter(({ trial }) => trial.scenario === scenario)
    done.push(
      same === undefined ? { policy, level, sameAs, ...rowFigures(own, seed).figures } : { ...same, level, sameAs },
    )
  }
  return done
}

function isComplete(rows: readonly LevelRow[], scenarios: readonly Scenario[], policies: readonly string[]): boolean {
  const seen = new Set(
    rows.flatMap(({ policy, trials }) =>
      trials
        .filter(({ invalid }) => invalid === undefined)
        .map(({ trial }) => [policy, trial.scenario, trial.variant].join('/')),
    ),
  )
  return scenarios.every(scenario =>
    variantsOf(scenario).every(variant =>
      policies.every(policy => seen.has([policy, scenario.name, variant].join('/'))),
    ),
  )
}
