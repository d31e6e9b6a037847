import { type Effect, type Level, levels } from '../harness/model/effect.ts'
import { record } from './record.ts'
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

/** The lowest level at which an effect leaves the engine. */
const allowedFrom: Readonly<Record<Effect['type'], Level>> = {
  alarm: 'L0',
  page: 'L0',
  wake: 'L0',
  incident: 'L0',
  audit: 'L0',
  hold: 'L1',
  resume: 'L1',
  abort: 'L1',
  undo: 'L1',
  callTool: 'L2',
  diagnose: 'L2',
  propose: 'L3',
  gate: 'L4',
  askApproval: 'L4',
  apply: 'L4',
  verify: 'L4',
}

/**
 * The one place where the level counts: lets out what it allows, and writes down what goes out. Before each action stands its line of
 * the audit log: a shell that cannot write it does not act.
 */
export function letOut(state: EngineState, effects: readonly Effect[]): Effect[] {
  const allowed = effects.filter(effect => isAllowed(effect, state.level))
  state.toolCallsMade += allowed.filter(({ type }) => type === 'callTool').length
  const { heard } = state
  if (heard.length > 0) state.heard = []
  return allowed.length === 0 && heard.length === 0 ? [] : record(state, heard, allowed)
}

/** Whether a level lets an effect out. */
export function isAllowed({ type }: Effect, level: Level): boolean {
  return levels.indexOf(allowedFrom[type]) <= levels.indexOf(level)
}
