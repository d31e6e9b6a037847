import type { Measure } from '../model/measures.ts'
import { type Counted, worstScare } from './rates.ts'
import type { RowEvidence } from './row-figures.ts'
import type { Followed } from './times.ts'

/** What there is to bound a measure by. */
export type BoundedEvidence =
  | {
      readonly type: 'rate'
      readonly shown: Counted /** All that the bound has to hold for. */
      readonly rates: readonly Counted[]
    }
  | { readonly type: 'precision'; readonly recall: Counted; readonly falseActions: Counted }
  | { readonly type: 'quantile'; readonly followed: Followed; readonly share: number }
  | { readonly type: 'restrictedMean'; readonly followed: Followed }
  | { readonly type: 'perHour'; readonly events: number; readonly hours: number; readonly n: number }
  | { readonly type: 'mean'; readonly values: readonly number[] }

export function evidenceFor(measure: Measure, evidence: RowEvidence): BoundedEvidence {
  const { alarmed, acted, detection, recovery, resolution, harm } = evidence
  switch (measure) {
    case 'recall':
      return rate(evidence.recall)
    case 'precisionAtCfr':
      return { type: 'precision', recall: evidence.recall, falseActions: acted.twins }
    case 'falsePositiveRate.twins':
      return rate(alarmed.twins)
    case 'falsePositiveRate.worstScare':
      return worst(alarmed.scares)
    case 'falseActionRate.twins':
      return rate(acted.twins)
    case 'falseActionRate.worstScare':
      return worst(acted.scares)
    case 'alarmsPerHealthyHour':
      return { type: 'perHour', ...evidence.alarms }
    case 'humanActed':
      return rate(evidence.humanActed)
    case 'faulty.detected':
      return rate(evidence.detected)
    case 'faulty.recovered':
      return rate(reached(recovery))
    case 'faulty.resolved':
      return rate(reached(resolution))
    case 'timeToDetectS.median':
      return quantile(detection, 0.5)
    case 'timeToDetectS.p95':
      return quantile(detection, 0.95)
    case 'timeToDetectS.restrictedMean':
      return { type: 'restrictedMean', followed: detection }
    case 'fdrtS.median':
      return quantile(recovery, 0.5)
    case 'fdrtS.p95':
      return quantile(recovery, 0.95)
    case 'fdrtS.restrictedMean':
      return { type: 'restrictedMean', followed: recovery }
    case 'timeToResolveS.median':
      return quantile(resolution, 0.5)
    case 'timeToResolveS.p95':
      return quantile(resolution, 0.95)
    case 'timeToResolveS.restrictedMean':
      return { type: 'restrictedMean', followed: resolution }
    case 'harm.badRequests':
    case 'harm.badRequestsToEnd':
    case 'harm.controlBadRequests':
    case 'harm.budgetBurn':
    case 'harm.goodReleaseMinutesLost':
      return { type: 'mean', values: harm[harmName(measure)] }
    case 'diagnosis.medianS':
      return quantile(evidence.diagnosis, 0.5)
    case 'diagnosis.ac1':
      return rate(evidence.diagnosed)
    case 'diagnosis.ac3':
      return rate(evidence.diagnosedInThree)
    case 'diagnosis.inconclusive':
      return rate(evidence.undiagnosed)
    case 'diagnosis.confidentlyWrong':
      return rate(evidence.misdiagnosed)
    case 'diagnosis.changeAc1':
      return rate(evidence.changeFound)
    case 'diagnosis.changeAc3':
      return rate(evidence.changeFoundInThree)
    case 'diagnosis.falseOnScares':
      return rate(evidence.falselyDiagnosed)
    case 'diagnosis.falseOnTwins':
      return rate(evidence.falselyDiagnosedTwins)
    case 'proposals.correct':
      return rate(evidence.proposed)
    case 'proposals.wrong':
      return rate(evidence.wronglyProposed)
    case 'proposals.false':
      return rate(evidence.falselyProposed)
    case 'gate.unsafe':
      return rate(evidence.unsafe)
    case 'gate.overBlocked':
      return rate(evidence.overBlocked)
    case 'gate.noRegression':
      return rate(evidence.notWorse)
  }
}

function rate(counted: Counted): BoundedEvidence {
  return { type: 'rate', shown: counted, rates: [counted] }
}

function worst(scares: RowEvidence['acted']['scares']): BoundedEvidence {
  return { type: 'rate', shown: worstScare(scares) ?? { count: 0, n: 0 }, rates: scares }
}

function quantile(followed: Followed, share: number): BoundedEvidence {
  return { type: 'quantile', followed, share }
}

function reached({ lifetimes }: Followed): Counted {
  return { count: lifetimes.filter(({ observed }) => observed).length, n: lifetimes.length }
}

type HarmMeasure = Extract<Measure, `harm.${string}`>
type HarmName<M> = M extends `harm.${infer N}` ? N : never

function harmName<M extends HarmMeasure>(measure: M): HarmName<M> {
  return measure.slice('harm.'.length) as HarmName<M>
}
