import { deviations, harmless } from '../../harness/model/behaviour.ts'
import { type ServiceDisturbance, type TrialPlan, undisturbed, within } from '../../harness/model/trial.ts'
import { isIncidentOn, type RunTimeConfig } from './run-time-config.ts'
import { noOrders, type Orders } from './subject/orders.ts'

/** What the orders of a pod depend on, apart from the plan. */
export interface OrderedPod {
  /** Its process ran before t = 0. */
  readonly isOld: boolean
  /** It is the one that falls sick. */
  readonly isSick: boolean
  /** Place among the pods of t = 0; undefined for later ones. */
  readonly place: number | undefined
}

/** What a pod of the subject is to do at an instant of trial time. */
export function subjectOrders(plan: TrialPlan, tMs: number, pod: OrderedPod, config: RunTimeConfig): Orders {
  const { disturbances, incident } = plan
  const { sickPod, warmUp, scrapesFail } = disturbances
  const isOn = isIncidentOn(plan, tMs, config)
  const isSick = pod.isSick && sickPod !== null && within([sickPod], tMs)
  return {
    ...noOrders,
    behaviour: isOn ? deviations(incident!.behaviour) : {},
    errorRatio: isSick ? sickPod.errorRatio : 0,
    unready: isSick,
    // Pods that were there before the trial have been warm for long.
    warmUp: pod.isOld ? null : warmUp,
    refusesScrapes: within(scrapesFail, tMs),
    servedBefore: isOn && pod.place !== undefined && pod.isOld ? servedBefore(plan, pod.place) : 0,
    quieted: config.quieted,
  }
}

/** Workers of a pod of the subject. */
const workers = 4
/** The first pods have lost most of their workers already, as they have run longest; the others few: as in the simulator. */
const oldPods = 3
const lostOfOld = 0.925

/** Requests that a pod had served when the trial began, by its place. */
function servedBefore({ incident, seed }: TrialPlan, place: number): number {
  const { leakedWorkersPerRequest } = incident?.behaviour ?? harmless
  if (leakedWorkersPerRequest === 0 || incident!.atMs > 0) return 0
  const turn = (place + podsAtStart - (seed % podsAtStart)) % podsAtStart
  const share = turn < oldPods ? lostOfOld - turn * 0.02 : 0.05 * (1 - turn / podsAtStart)
  return Math.floor((workers / leakedWorkersPerRequest) * share)
}

const podsAtStart = 10

/** What a service that the subject depends on is to do; two troubles of one service add up. */
export function serviceOrders(services: readonly ServiceDisturbance[], service: string, tMs: number): Orders {
  const now = services.filter(one => one.service === service && within([one], tMs))
  const together = (factorOf: (one: ServiceDisturbance) => number) => now.reduce((all, one) => all * factorOf(one), 1)
  return {
    ...noOrders,
    errorRatio: 1 - together(one => 1 - one.errorRatio),
    timeFactor: together(one => one.timeFactor),
    capacityFactor: together(one => one.capacityFactor),
  }
}

/** The instants at which somebody's orders change, in order. */
export function turningPoints({ disturbances, incident }: TrialPlan): number[] {
  const { services, scrapesFail, sickPod } = disturbances
  const windows = [...services, ...scrapesFail, ...(sickPod === null ? [] : [sickPod])]
  const points = windows.flatMap(({ fromMs, toMs }) => [fromMs, toMs])
  return [...new Set(incident === null ? points : [...points, incident.atMs])].sort((a, b) => a - b)
}

/** What there is to play a plan with. */
export interface StageProps {
  /** Services that have a Deployment behind them. */
  readonly services: readonly string[]
  /** The one that the subject calls. */
  readonly dependency: string | undefined
  /** Whether the subject's image can be given tags. */
  readonly hasTags: boolean
}

/** Why a plan cannot be played on a real cluster, all reasons at once; empty where all of it can. */
export function unplayed(plan: TrialPlan, { services, dependency, hasTags }: StageProps): string[] {
  const { disturbances, incident, behaviour, release } = plan
  const { noisyNeighbours, prometheusSlow } = disturbances
  const reasons: string[] = []
  if (release.target === 'image' && !hasTags)
    reasons.push('a release that changes the image: its good tags would have to be in the registry of the cluster')
  if (noisyNeighbours !== undisturbed.noisyNeighbours && noisyNeighbours.length > 0)
    reasons.push('noisy-neighbour: it would slow the other trials, and whatever else runs on the nodes')
  if (prometheusSlow.length > 0) reasons.push('prometheus-slow: Prometheus cannot be told to answer late')
  for (const { service, capacityFactor } of disturbances.services) {
    if (!services.includes(service))
      reasons.push(`dependency-outage: the manifests have no Deployment behind a Service \`${service}\``)
    else if (capacityFactor === 0) reasons.push('dependency-outage: a service without any capacity answers no order')
  }
  if (incident?.analysis) reasons.push('trouble of the analysis without a deploy')
  for (const one of [behaviour, incident?.behaviour ?? harmless]) {
    if (one.extraCallsTo !== '' && one.extraCallsTo !== dependency)
      reasons.push(`extra calls: the pods of the Rollout call ${dependency ?? 'no service'}, not ${one.extraCallsTo}`)
  }
  return [...new Set(reasons)]
}
