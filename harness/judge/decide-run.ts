import type { Suite } from '../model/suite.ts'
import { type CriterionDecision, decideCriteria, type Rows } from './criteria.ts'
import { type JudgedTrial, judgeTrials } from './evidence.ts'
import { evidenceRows } from './levels.ts'
import { decideAtLooks } from './sequential.ts'
import type { JudgedRun } from './summarize.ts'
import type { CriterionResult, Summary } from './summary.ts'

/** What a run, or its beginning, decides: a function of its trials and plan alone. */
export type DecidedRun = Pick<Summary, 'criteria' | 'looks'>

type Plan = Pick<JudgedRun, 'suite' | 'seed' | 'scenarios' | 'policies' | 'plannedTrials' | 'plannedLooks'>

/** @param whole the rows over all trials */
export function decideRun(run: Plan, judged: readonly JudgedTrial[], whole: Rows): DecidedRun {
  const { suite, seed, plannedLooks: looks } = run
  if (looks === undefined) {
    const criteria = decideCriteria(suite.criteria, whole, seed).map(one => ({ ...one, look: null }))
    return { criteria: criteria.map(one => resultOf(one, run, suite.seeds)), looks: null }
  }
  const seedsOf = (seeds: number) => judged.filter(({ trial }) => trial.seed < seed + seeds)
  const isTaken = (seeds: number) =>
    seeds <= suite.seeds && seedsOf(seeds).length * suite.seeds === run.plannedTrials * seeds
  const taken = looks.filter(isTaken).length
  const rowsAt = (seeds: number) => (seeds === suite.seeds ? whole : rowsOver(seedsOf(seeds), run))
  const decisions = decideAtLooks(suite.criteria, looks, taken, rowsAt, seed)
  const lastLooked = looks[Math.max(0, taken - 1)]!
  return { criteria: decisions.map(one => resultOf(one, run, lastLooked)), looks: { planned: looks, taken } }
}

/** The same without any other figure, for a run that has to know whether to go on. */
export function decideSoFar(run: Plan & Pick<JudgedRun, 'trials'>): DecidedRun {
  const judged = judgeTrials(run.trials, run.scenarios)
  return decideRun(run, judged, rowsOver(judged, run))
}

function rowsOver(judged: readonly JudgedTrial[], { suite, policies }: Plan): Rows {
  const isHeldOut = ({ scenario }: JudgedTrial) => suite.heldOut.includes(scenario.family)
  const of = (trials: readonly JudgedTrial[]) =>
    policies.flatMap(policy => evidenceRows(trials, policy, decidedLevels(suite)))
  return { rows: of(judged.filter(one => !isHeldOut(one))), apart: of(judged.filter(isHeldOut)) }
}

function decidedLevels({ levels, criteria }: Suite) {
  return levels.filter(level => criteria.some(criterion => criterion.level === level))
}

/** @param decidedOn seeds of each scenario that the decision was made on */
function resultOf(
  { wanted, ...decision }: CriterionDecision & Pick<CriterionResult, 'look'>,
  { suite, plannedTrials }: Plan,
  decidedOn: number,
): CriterionResult {
  if (wanted === null || decision.n === 0) return { ...decision, missing: null }
  const seeds = Math.ceil(decidedOn * (wanted / decision.n - 1))
  const trials = Math.round((plannedTrials / suite.seeds) * seeds)
  return { ...decision, missing: { n: wanted - decision.n, seeds, trials } }
}
