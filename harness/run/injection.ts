import type { Scenario } from '../model/scenario.ts'
import { type Disturbances, type TrialPlan, undisturbed } from '../model/trial.ts'

/** Another scenario's trouble in a trial that is under way. */
export interface Injection {
  /** What is known to happen in the trial from now on, with the new in it. */
  readonly plan: TrialPlan
  /** What is new alone, at its times: `deployAtMs` is now, or null where nothing is deployed. */
  readonly added: TrialPlan
}

/**
 * Another scenario's trouble begins now: its release is deployed, its flag is switched, its disturbances come as far apart as they would
 * there. Its load and its own ground truth stay out of it.
 * @param other a plan of it
 * @returns why it cannot, where it cannot
 */
export function injectionOf(plan: TrialPlan, scenario: Scenario, other: TrialPlan, nowMs: number): Injection | string {
  if (other.incident !== null && plan.incident !== null)
    return 'one flag or one weakness of the service a game, and it has one'
  if (other.incident?.analysis?.kind === 'limit') return 'limits stand in the manifests from the beginning'
  const isDeployed = other.deployAtMs !== null && scenario.incidents.length === 0
  const added = {
    ...other,
    incident: other.incident && { ...other.incident, atMs: nowMs },
    disturbances: fromNow(other, nowMs),
    deployAtMs: isDeployed ? nowMs : null,
  }
  const disturbances = joinedWith(plan.disturbances, added.disturbances)
  if (!isDeployed && added.incident === null && JSON.stringify(disturbances) === JSON.stringify(plan.disturbances)) {
    return 'its trouble is in its load, which cannot change any more'
  }
  const release = isDeployed ? { release: added.release, deployAtMs: nowMs } : {}
  return { plan: { ...plan, incident: added.incident ?? plan.incident, disturbances, ...release }, added }
}

const windowLists = [
  'services',
  'scrapesFail',
  'prometheusDown',
  'prometheusRestarts',
  'prometheusSlow',
  'noisyNeighbours',
] as const

/** The first of them begins now. */
function fromNow({ disturbances, deployAtMs, incident }: TrialPlan, nowMs: number): Disturbances {
  const { sickPod, evictions, crashesMs, rollingRestartsMs, warmUp } = disturbances
  const starts = [
    ...windowLists.flatMap(list => disturbances[list].map(({ fromMs }) => fromMs)),
    ...(sickPod === null ? [] : [sickPod.fromMs]),
    ...evictions.map(({ atMs }) => atMs),
    ...crashesMs,
    ...rollingRestartsMs,
  ]
  // What a scenario deploys comes now as well, and its disturbances as long after it as there.
  const firstMs = Math.min(
    ...starts,
    ...(incident === null ? [] : [incident.atMs]),
    deployAtMs ?? Number.POSITIVE_INFINITY,
  )
  const byMs = nowMs - firstMs
  const shifted = <W extends { readonly fromMs: number; readonly toMs: number }>(window: W): W => ({
    ...window,
    fromMs: window.fromMs + byMs,
    toMs: window.toMs + byMs,
  })
  return {
    services: disturbances.services.map(shifted),
    scrapesFail: disturbances.scrapesFail.map(shifted),
    prometheusDown: disturbances.prometheusDown.map(shifted),
    prometheusRestarts: disturbances.prometheusRestarts.map(shifted),
    prometheusSlow: disturbances.prometheusSlow.map(shifted),
    noisyNeighbours: disturbances.noisyNeighbours.map(shifted),
    sickPod: sickPod && shifted(sickPod),
    warmUp,
    evictions: evictions.map(one => ({ ...one, atMs: one.atMs + byMs })),
    crashesMs: crashesMs.map(atMs => atMs + byMs),
    rollingRestartsMs: rollingRestartsMs.map(atMs => atMs + byMs),
  }
}

function joinedWith(known: Disturbances, added: Disturbances): Disturbances {
  const both = Object.fromEntries(
    Object.keys(undisturbed).map(key => {
      const [a, b] = [known[key as keyof Disturbances], added[key as keyof Disturbances]]
      return [key, Array.isArray(a) && Array.isArray(b) ? [...a, ...b] : (b ?? a)]
    }),
  )
  return both as unknown as Disturbances
}
