import { worldSetting } from '../../../clusters/sim/world-setting.ts'
import { resultOf, type TrialResult } from '../../judge/trial-result.ts'
import { rootCauseOf, type Scenario } from '../../model/scenario.ts'
import type { TrialPlan } from '../../model/trial.ts'
import { endGame, type Game, playGame, startGame } from '../../run/game-day.ts'
import { injectScenario } from '../../run/inject.ts'
import type { Row } from '../../run/row.ts'
import { factsOf } from '../../run/run-unit.ts'
import type { SuitePlan } from '../../run/suite-plan.ts'

/** A trial that was run, with its log. */
export interface Played {
  readonly trial: TrialResult
  readonly frames: Uint8Array
}

/** Something that was injected, and when. */
export interface Injection {
  readonly atMs: number
  readonly scenario: Scenario
}

/** A game at its start. */
export function gameOf(plan: SuitePlan, trialPlan: TrialPlan, row: Row, people: 'team' | 'simulated'): Game {
  const { subject } = plan.groups.find(({ rows }) => rows.includes(row))!
  return startGame(worldSetting(trialPlan, subject, plan.environment), row, people)
}

/** Plays a game to the trial's end, and judges it. */
export function endedCourse(game: Game, scenario: Scenario, trialPlan: TrialPlan): Played {
  const { row } = game
  const frames = endGame(game)
  const root = rootCauseOf(scenario, trialPlan.variant)
  const facts = factsOf([frames], game.run.world.looksTaken, trialPlan.truth, root)
  return { trial: resultOf({ ...trialPlan, policy: row.policy, level: row.level }, [frames], facts), frames }
}

/** The same trouble without the team: with the simulated person, or with nobody. What was injected comes there as well. */
export function courseWithoutTeam(
  plan: SuitePlan,
  trialPlan: TrialPlan,
  row: Row,
  people: 'nobody' | 'simulated',
  injections: readonly Injection[],
): Played {
  const game = gameOf(plan, trialPlan, row, people === 'nobody' ? 'team' : 'simulated')
  for (const { atMs, scenario } of injections) {
    playGame(game, atMs)
    injectScenario(game, scenario)
  }
  return endedCourse(game, plan.scenarios[0]!, trialPlan)
}
