import { endedCourse, gameOf } from './courses.ts'
import { gameClock } from './game-clock.ts'
import { replayGame } from './hold-game.ts'
import type { TypedCommand } from './recording.ts'
import type { Session } from './session.ts'
import { simGameWorld } from './sim-game-world.ts'
import { type GameResult, holdAtTable, openSession, type Table, versionNames } from './table.ts'

/** Holds a game on the simulator. @param replayed commands of an earlier one, which are carried out without waiting */
export async function gameOnSimulator(
  table: Table,
  speed: number,
  replayed: readonly TypedCommand[] | undefined,
): Promise<GameResult> {
  const { planned, record, isLost, context } = table
  const { plan, trialPlan, team } = planned
  const game = gameOf(plan, trialPlan, team, 'team')
  const world = simGameWorld(
    game,
    versionNames((): Session => session),
    context.columns,
  )
  const { session, injections } = openSession(table, world)
  const clock = gameClock(speed, () => performance.now())
  const isCut = () => (isLost() ? ('lost terminal' as const) : undefined)
  const held =
    replayed === undefined
      ? await holdAtTable(table, session, clock, isCut)
      : await replayGame(session, replayed, record, context.writeProgress)
  return { held, played: endedCourse(game, plan.scenarios[0]!, trialPlan), injections }
}
