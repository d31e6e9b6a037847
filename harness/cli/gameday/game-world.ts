import type { TrialEvent } from '../../model/event.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { TeamDeed } from '../../run/game-day.ts'

/** What people may look at. */
export const sights = ['objects', 'events', 'logs', 'metrics', 'changes'] as const
export type Sight = (typeof sights)[number]

/** Where a game is held. */
export interface GameWorld {
  /** A real cluster goes on whatever the game's clock does. */
  readonly isReal: boolean
  /** Those whose logs can be looked at. */
  readonly services: readonly string[]
  /** Goes on to a time of the trial; returns when all is in the events that happened up to there, or on a real cluster at once. */
  play(toMs: number): void
  /** @returns why it cannot; empty where it was done, or is on its way. */
  perform(deed: TeamDeed): string
  /** In lines for people. @param service of logs; undefined: the one under test */
  look(sight: Sight, service: string | undefined): Promise<readonly string[]>
  /** @returns why it cannot; empty where it was done. */
  inject(scenario: Scenario): Promise<string>
  /** What is new in the trial's log. */
  takeEvents(): TrialEvent[]
}
