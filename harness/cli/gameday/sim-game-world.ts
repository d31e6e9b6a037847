import { askGame, type Game, performDeed, playGame, takeEvents } from '../../run/game-day.ts'
import { injectScenario } from '../../run/inject.ts'
import type { GameWorld } from './game-world.ts'
import { answerLines, callOf } from './sights.ts'

/** A game on the simulator: as fast as its clock says, and still while that stands still. */
export function simGameWorld(game: Game, nameOf: (hash: string) => string, columns: number): GameWorld {
  return {
    isReal: false,
    services: Object.keys(game.run.setting.topology.services),
    play: toMs => playGame(game, toMs),
    perform: deed => {
      performDeed(game, deed)
      return ''
    },
    look: async (sight, service) => {
      const { world, setting } = game.run
      const answer = askGame(game, callOf(sight, service ?? setting.topology.subject, world.nowMs))
      return answerLines(answer, nameOf, columns)
    },
    inject: async scenario => injectScenario(game, scenario),
    takeEvents: () => takeEvents(game),
  }
}
