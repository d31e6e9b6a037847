import { scheduleDisturbances } from '../../clusters/sim/disturbances.ts'
import { deploy } from '../../clusters/sim/operations.ts'
import { type Scenario, variantsOf } from '../model/scenario.ts'
import { type Disturbances, type TrialPlan, undisturbed } from '../model/trial.ts'
import type { Game } from './game-day.ts'
import { planTrial } from './plan-trial.ts'

/**
 * Another scenario's trouble begins now: its release is deployed, its flag is switched, its disturbances come as far apart as they would
 * there. Its load and its own ground truth stay out of it.
 * @returns why it cannot; empty where it was done
 */
export function injectScenario(game: Game, scenario: Scenario): string {
  const { run } = game
  const { setting, world } = run
  const { plan } = setting
  const seed = plan.seed + game.injections + 1
  const other = planTrial(scenario, variantsOf(scenario)[0]!, seed, plan.horizonMs, setting)
  if (other.incident !== null && plan.incident !== null)
    return 'one flag or one weakness of the service a game, and it has one'
  if (other.incident?.analysis?.kind === 'limit') return 'limits stand in the manifests from the beginning'
  const incident = other.incident === null ? plan.incident : { ...other.incident, atMs: world.nowMs }
  const disturbances = joinedWith(plan.disturbances, fromNow(other, world.nowMs))
  const isDeployed = other.deployAtMs !== null && scenario.incidents.length === 0
  const release = isDeployed ? { release: other.release, deployAtMs: world.nowMs } : {}
  const changed = { ...setting, plan: { ...plan, incident, disturbances, ...release } }
  if (!isDeployed && incident === plan.incident && JSON.stringify(disturbances) === JSON.stringify(plan.disturbances)) {
    return 'its trouble is in its load, which cannot change any more'
  }
  game.injections++
  scheduleDisturbances(changed, world, plan)
  if (isDeployed) deploy(changed, world)
  game.run = { ...run, setting: changed, ...(isDeployed ? { released: null, releasing: null, told: false } : {}) }
  return ''
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
