import type { Level } from '../model/effect.ts'
import { rootCauseOf, type Scenario, truthOf, variantsOf } from '../model/scenario.ts'
import { plannedVariants, type Suite } from '../model/suite.ts'
import { brokenBounds } from './bound.ts'
import { overallVerdict } from './criteria.ts'
import { decideRun } from './decide-run.ts'
import { detectorRows, type UnitAlarms } from './detectors.ts'
import { levelDifferences } from './differences.ts'
import { disturbsPods, type JudgedTrial, judgeTrials } from './evidence.ts'
import { findingsOf } from './findings.ts'
import { haveSameFacts, type LevelRow, levelRows } from './levels.ts'
import { rowFigures } from './row-figures.ts'
import type { Looks } from './sequential.ts'
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
  /** Policies on the same manifests as the anchor `clairvoyant`, which bounds them; empty where it was not run. */
  readonly bounded: readonly string[]
  /** All that watched the open loop. */
  readonly detectors: readonly string[]
  /** In any order. */
  readonly trials: readonly TrialResult[]
  readonly alarms: readonly UnitAlarms[]
  /** Trials, not units; those that have no result were skipped. */
  readonly plannedTrials: number
  /** Of a run that ends as soon as its criteria are decided; the suite's seeds are those that were run. */
  readonly plannedLooks?: Looks | undefined
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
  const isHeldOut = ({ family }: Scenario) => suite.heldOut.includes(family)
  const known = judged.filter(({ scenario }) => !isHeldOut(scenario))
  const apart = judged.filter(({ scenario }) => isHeldOut(scenario))
  const rowsOf = (from: readonly JudgedTrial[]) =>
    policies.flatMap(policy => levelRows(from, policy, suite.levels, seed))
  const rows = rowsOf(known)
  const apartRows = rowsOf(apart)
  const allRows = [...rows, ...apartRows]
  const decided = decideRun(run, judged, { rows, apart: apartRows })
  const valid = judged.filter(({ invalid }) => invalid === undefined).length
  return {
    schemaVersion: 1,
    version,
    suite: suite.name,
    backend,
    seed,
    verdict: overallVerdict(
      decided.criteria,
      judged.length === run.plannedTrials && isComplete(allRows, suite, scenarios, policies),
    ),
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
    anchors: anchorRows(known, run),
    scenarios: scenarios.flatMap(scenario =>
      scenarioRows(isHeldOut(scenario) ? apartRows : rows, scenario.name, seed).map(row => ({
        scenario: scenario.name,
        family: scenario.family,
        ...row,
      })),
    ),
    detectors: detectorRows(judged, run.alarms, policies, run.detectors),
    criteria: decided.criteria,
    artifacts,
    findings: findingsOf(allRows, { backend, folder: artifacts.dir, replayArguments: run.replayArguments }),
    groundTruth: scenarios.map(scenario => ({
      scenario: scenario.name,
      family: scenario.family,
      requestsPerSecond: scenario.load.requestsPerSecond,
      scare: scenario.scare ?? null,
      causeKind: rootCauseOf(scenario, variantsOf(scenario)[0]!)?.kind ?? null,
      disturbsPods: disturbsPods(scenario),
      ...truthOf(scenario, variantsOf(scenario)[0]!),
    })),
    differences: [...levelDifferences(rows, seed), ...levelDifferences(apartRows, seed)],
    heldOut: { families: suite.heldOut, levels: apartRows.map(resultRow), anchors: anchorRows(apart, run) },
    looks: decided.looks,
    brokenBounds: brokenBounds(judged, run.bounded, seed),
  }
}

function resultRow({ policy, level, sameAs, figures }: LevelRow): ResultRow {
  return { policy, level, sameAs, ...figures }
}

function anchorRows(judged: readonly JudgedTrial[], { anchors, seed }: JudgedRun): ResultRow[] {
  const trials = judged.filter(({ trial }) => trial.level === anchorLevel)
  return anchors.flatMap(anchor => levelRows(trials, anchor, [anchorLevel], seed).map(resultRow))
}

/** A row for each of the run's; a level may be the same as the one below it in a scenario and not in another. */
function scenarioRows(rows: readonly LevelRow[], scenario: string, seed: number): ResultRow[] {
  const done: { readonly row: ResultRow; readonly trials: readonly JudgedTrial[] }[] = []
  for (const { policy, level, sameAs, trials: ofAll } of rows) {
    const below = done.at(-1)
    const trials = ofAll.filter(({ trial }) => trial.scenario === scenario)
    const isSame =
      below !== undefined && below.row.policy === policy && (sameAs !== null || haveSameFacts(below.trials, trials))
    const row = isSame
      ? { ...below.row, level, sameAs: below.row.sameAs ?? below.row.level }
      : { policy, level, sameAs: null, ...rowFigures(trials, seed).figures }
    done.push({ row, trials })
  }
  return done.map(({ row }) => row)
}

function isComplete(
  rows: readonly LevelRow[],
  suite: Suite,
  scenarios: readonly Scenario[],
  policies: readonly string[],
): boolean {
  const seen = new Set(
    rows.flatMap(({ policy, trials }) =>
      trials
        .filter(({ invalid }) => invalid === undefined)
        .map(({ trial }) => [policy, trial.scenario, trial.variant].join('/')),
    ),
  )
  return scenarios.every(scenario =>
    plannedVariants(suite, scenario).every(variant =>
      policies.every(policy => seen.has([policy, scenario.name, variant].join('/'))),
    ),
  )
}
