import { scheduleDisturbances } from '../../clusters/sim/disturbances.ts'
import { deploy } from '../../clusters/sim/operations.ts'
import { type Scenario, variantsOf } from '../model/scenario.ts'
import type { Game } from './game-day.ts'
import { injectionOf } from './injection.ts'
import { planTrial } from './plan-trial.ts'

/** Another scenario's trouble begins now. @returns why it cannot; empty where it was done */
export function injectScenario(game: Game, scenario: Scenario): string {
  const { run } = game
  const { setting, world } = run
  const { plan } = setting
  const seed = plan.seed + game.injections + 1
  const other = planTrial(scenario, variantsOf(scenario)[0]!, seed, plan.horizonMs, setting)
  const injection = injectionOf(plan, scenario, other, world.nowMs)
  if (typeof injection === 'string') return injection
  const isDeployed = injection.added.deployAtMs !== null
  const changed = { ...setting, plan: injection.plan }
  game.injections++
  scheduleDisturbances(changed, world, plan)
  if (isDeployed) deploy(changed, world)
  game.run = { ...run, setting: changed, ...(isDeployed ? { released: null, releasing: null, told: false } : {}) }
  return ''
}
