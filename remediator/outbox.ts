import type { Effect, Level } from '../harness/model/effect.ts'
import type { EngineState } from './state.ts'

type WithoutId<E> = E extends Effect ? Omit<E, 'id'> : never

/** Effects of one step, in the order in which they were decided; the index is part of the id. */
export interface Outbox {
  readonly trial: string
  readonly step: number
  readonly effects: Effect[]
}

/** @returns the effect's id. */
export function put(outbox: Outbox, effect: WithoutId<Effect>): string {
  const id = `${outbox.trial}/${outbox.step}/${outbox.effects.length}`
  outbox.effects.push({ id, ...effect } as Effect)
  return id
}

/** The one place where the level counts: lets out what it allows, and keeps the rest for a copy with another level. */
export function release(state: EngineState, { effects }: Outbox): Effect[] {
  if (effects.length === 0) {
    if (state.withheld.length > 0) state.withheld = []
    return effects
  }
  state.withheld = effects.filter(effect => !isAllowed(state.level, effect))
  return state.withheld.length === 0 ? effects : effects.filter(effect => isAllowed(state.level, effect))
}

function isAllowed(level: Level, { type }: Effect): boolean {
  return level !== 'L0' || (type !== 'abort' && type !== 'undo')
}
