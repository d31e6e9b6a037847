import { formatDuration } from '../model/duration.ts'
import type { Criterion, Measure } from '../model/suite.ts'
import { claimHigh } from '../stats/proportion.ts'
import type { LevelRow } from './levels.ts'
import { type Counted, claimBounds, worstScare } from './rates.ts'
import type { RowEvidence } from './row-figures.ts'
import type { CriterionResult, Estimate, Verdict } from './summary.ts'
import { type Followed, summarizeTime } from './times.ts'

type Decision = { readonly verdict: Verdict } & Pick<CriterionResult, 'observed' | 'low' | 'high'>

const undecided: Decision = { verdict: 'inconclusive', observed: null, low: null, high: null }

/** Each criterion for each policy that was run at its level, in the suite's order. */
export function decideCriteria(criteria: readonly Criterion[], rows: readonly LevelRow[]): CriterionResult[] {
  return criteria.flatMap(criterion =>
    rows
      .filter(({ level }) => level === criterion.level)
      .map(({ policy, level, evidence }) => ({
        name: `${policy} ${level} ${criterion.measure}`,
        ...decide(criterion, evidence),
        bound: boundText(criterion),
        measure: criterion.measure,
        policy,
        level,
        scenario: null,
      })),
  )
}

/**
 * Fail where a criterion fails, else inconclusive where one is or where trials are missing. A suite without criteria has nothing to show but
 * its trials.
 * @param isComplete whether every planned trial was run, and every scenario has a valid one of each variant for every policy under test
 */
export function overallVerdict(criteria: readonly CriterionResult[], isComplete: boolean): Verdict {
  if (criteria.some(({ verdict }) => verdict === 'fail')) return 'fail'
  if (!isComplete) return 'inconclusive'
  return criteria.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'pass'
}

function decide(criterion: Criterion, evidence: RowEvidence): Decision {
  const { recall, alarmed, acted, detection, recovery, resolution } = evidence
  const ofOne = (counted: Counted) => decideRate(criterion, counted, [counted])
  switch (criterion.measure) {
    case 'recall':
      return ofOne(recall)
    case 'falsePositiveRate.twins':
      return ofOne(alarmed.twins)
    case 'falsePositiveRate.worstScare':
      return decideRate(criterion, worstScare(alarmed.scares), alarmed.scares)
    case 'falseActionRate.twins':
      return ofOne(acted.twins)
    case 'falseActionRate.worstScare':
      return decideRate(criterion, worstScare(acted.scares), acted.scares)
    case 'diagnosis.ac1':
      return ofOne(evidence.diagnosed)
    case 'diagnosis.falseOnScares':
      return ofOne(evidence.falselyDiagnosed)
    case 'proposals.correct':
      return ofOne(evidence.proposed)
    case 'gate.unsafe':
      return ofOne(evidence.unsafe)
    case 'gate.overBlocked':
      return ofOne(evidence.overBlocked)
    case 'gate.noRegression':
      return ofOne(evidence.notWorse)
    case 'timeToDetectS.median':
      return decideTime(criterion, summarizeTime(detection).median, detection, 0.5)
    case 'timeToDetectS.p95':
      return decideTime(criterion, summarizeTime(detection).p95, detection, 0.95)
    case 'fdrtS.median':
      return decideTime(criterion, summarizeTime(recovery).median, recovery, 0.5)
    case 'fdrtS.p95':
      return decideTime(criterion, summarizeTime(recovery).p95, recovery, 0.95)
    case 'timeToResolveS.median':
      return decideTime(criterion, summarizeTime(resolution).median, resolution, 0.5)
    case 'timeToResolveS.p95':
      return decideTime(criterion, summarizeTime(resolution).p95, resolution, 0.95)
  }
}

/**
 * By one-sided 95 % Clopper-Pearson bounds, corrected for the worst of several rates. The interval is the one that decided: it goes up
 * to 1 or down to 0 on the other side; where nothing is decided it is that of the claim.
 */
function decideRate(criterion: Criterion, shown: Counted | undefined, rates: readonly Counted[]): Decision {
  if (shown === undefined || shown.n === 0) return undecided
  const observed = shown.count / shown.n
  const { low, high } = claimBounds(rates)
  const above = { observed, low, high: 1 }
  const below = { observed, low: 0, high }
  if (criterion.below !== undefined) {
    if (low >= criterion.below) return { verdict: 'fail', ...above }
    return { verdict: high < criterion.below ? 'pass' : 'inconclusive', ...below }
  }
  if (high < criterion.atLeast!) return { verdict: 'fail', ...below }
  return { verdict: low >= criterion.atLeast! ? 'pass' : 'inconclusive', ...above }
}

/**
 * By the quantile's 95 % interval. Where that has no lower end because too few trials got there, the quantile is at least a bound if
 * significantly fewer than its share of the trials were done before it.
 */
function decideTime(
  { below, atLeast }: Criterion,
  { value, low, high }: Estimate,
  { lifetimes, horizonS }: Followed,
  share: number,
): Decision {
  if (lifetimes.length === 0) return undecided
  const boundS = (below ?? atLeast)! / 1000
  const doneBefore = lifetimes.filter(({ time, observed }) => observed && time < boundS).length
  const isFewBefore = boundS <= horizonS && claimHigh(doneBefore, lifetimes.length) < share
  const isReached = low === null ? isFewBefore : low >= boundS
  const isBelow = high !== null && high < boundS
  const [holds, broken] = below === undefined ? [isReached, isBelow] : [isBelow, isReached]
  return { verdict: holds ? 'pass' : broken ? 'fail' : 'inconclusive', observed: value, low, high }
}

function boundText({ measure, below, atLeast }: Criterion): string {
  return below === undefined ? `at least ${quantityText(measure, atLeast!)}` : `below ${quantityText(measure, below)}`
}

function quantityText(measure: Measure, bound: number): string {
  return measure.includes('S.') ? formatDuration(bound) : `${Number((bound * 100).toPrecision(6))} %`
}
