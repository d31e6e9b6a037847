import type { Moment } from '../../../reports/timeline/moments.ts'
import { momentsAsTheyCome } from '../../../reports/timeline/moments.ts'
import { InvalidInput } from '../../model/problem.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { TeamDeed } from '../../run/game-day.ts'
import { createDesk, type Desk, follow } from './desk.ts'
import type { GameWorld } from './game-world.ts'
import { helpLines, parseOrder, unknown } from './orders.ts'

/** What a command wants of whoever drives the game. */
export type Control = 'stop' | 'pause' | 'continue' | { readonly speed: number }

export interface Answer {
  readonly lines: readonly string[]
  /** It was carried out, and belongs into the record. */
  readonly done: boolean
  /** How long what it answers had waited, in ms of the trial. */
  readonly tookMs?: number | undefined
  readonly control?: Control
}

/** A game under way: what was played, what the team knows of it, and how their words become deeds. */
export interface Session {
  readonly desk: Desk
  nowMs(): number
  /** Plays up to a time; tells what the team sees meanwhile. */
  goTo(ms: number): void
  /** Carries out a typed line, now. */
  carryOut(typed: string): Promise<Answer>
}

export interface SessionSetting {
  readonly world: GameWorld
  readonly bucketsS: readonly number[]
  readonly tell: (moment: Moment) => void
  /** @throws InvalidInput where there is none. */
  readonly loadScenario: (word: string) => Scenario
}

/** Not news for people who have the lines at the foot of the screen. */
const untold = ['traffic', 'telemetry', 'tool']

export function startSession({ world, bucketsS, tell, loadScenario }: SessionSetting): Session {
  const desk = createDesk()
  const momentOf = momentsAsTheyCome()
  let nowMs = 0

  function takeIn() {
    for (const event of world.takeEvents()) {
      follow(desk, event, bucketsS)
      const moment = momentOf(event)
      if (moment !== undefined && !untold.includes(moment.mark ?? '')) tell(moment)
    }
  }

  async function carryOut(typed: string): Promise<Answer> {
    const order = parseOrder(typed, desk)
    if (order === undefined) return { lines: [], done: false }
    switch (order.order) {
      case 'refused':
        return { lines: [order.why], done: false }
      case 'help':
        return { lines: helpLines(), done: false }
      case 'deeds': {
        const tookMs = waitedMs(order.deeds)
        for (const deed of order.deeds) {
          const why = world.perform(deed)
          if (why !== '') return { lines: [why], done: false }
        }
        takeIn()
        return { lines: [], done: true, tookMs }
      }
      case 'look': {
        if (order.service !== undefined && !world.services.includes(order.service)) {
          return { lines: [unknown('there is no service', order.service, world.services)], done: false }
        }
        if (desk.pages > 0 && desk.unanswered === 0 && !desk.hasLooked) world.perform({ deed: 'person.looked' })
        takeIn()
        return { lines: await world.look(order.sight, order.service), done: true }
      }
      case 'cause':
        if (!desk.saidCause) world.perform({ deed: 'cause.found' })
        takeIn()
        return { lines: [], done: true }
      case 'note':
        return { lines: [], done: true }
      case 'inject': {
        const why = await injected(order.scenario)
        desk.lastDeedMs = nowMs
        return why === '' ? { lines: ['it begins'], done: true } : { lines: [why], done: false }
      }
      case 'speed':
        if (world.isReal) return { lines: ['a real cluster has a speed of its own'], done: false }
        return { lines: [], done: true, control: { speed: order.factor } }
      case 'pause':
      case 'continue':
        if (world.isReal)
          return { lines: ['a real cluster goes on, and so does the game; `stop` ends it'], done: false }
        return { lines: [], done: true, control: order.order }
      case 'stop':
        return { lines: [], done: true, control: 'stop' }
    }
  }

  /** What went wrong names no scenario, as the team reads it too. */
  async function injected(word: string): Promise<string> {
    let scenario: Scenario
    try {
      scenario = loadScenario(word)
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      return 'that is no scenario: `carmine list scenarios` lists them, `carmine validate` checks a file'
    }
    return world.inject(scenario)
  }

  /** Of an answer to the engine: since it asked. */
  function waitedMs(deeds: readonly TeamDeed[]): number | undefined {
    for (const deed of deeds) {
      const sinceMs =
        deed.deed === 'page.acknowledged'
          ? desk.waitingSinceMs
          : deed.deed === 'approval.answered'
            ? desk.questions.find(({ effectId }) => effectId === deed.effectId)?.askedMs
            : null
      if (typeof sinceMs === 'number') return nowMs - sinceMs
    }
    return undefined
  }

  return {
    desk,
    nowMs: () => nowMs,
    goTo(ms) {
      nowMs = Math.max(nowMs, ms)
      world.play(nowMs)
      takeIn()
    },
    carryOut,
  }
}
