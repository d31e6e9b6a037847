import { isDeepStrictEqual } from 'node:util'
import type { EngineState } from '../../remediator/engine.ts'
import type { Effect } from '../model/effect.ts'
import { appendFrames, createTrialLog, type TrialLog } from '../model/trial-log.ts'
import type { Row } from './row.ts'

/**
 * A row that goes along with another's run. Levels differ in little: most rows of a policy do the same to the end, and a world is dear.
 * It has an engine of its own, and a log that differs in the lines of the audit log alone.
 */
export interface Rider {
  readonly row: Row
  readonly engine: EngineState
  readonly log: TrialLog
  /** Bytes of the other's log that are in this one, or have another line in their place. */
  copied: number
  /** Lines of the audit log for those that the other is about to write. */
  readonly lines: string[]
}

/** What a row's engine wants done at an observation. */
export interface Act {
  readonly rider: Rider
  readonly effects: readonly Effect[]
}

/** @param engine the row's own. */
export function createRider(row: Row, engine: EngineState): Rider {
  return { row, engine, log: createTrialLog(), copied: 0, lines: [] }
}

/** Takes over what the other has logged. */
export function catchUp(rider: Rider, log: TrialLog): void {
  appendFrames(rider.log, log, rider.copied)
  rider.copied = log.length
}

/** Whether two lists of effects do the same; lines of the audit log do nothing. */
export function isSameDeed(some: readonly Effect[], others: readonly Effect[]): boolean {
  return (
    some.length === others.length &&
    some.every((effect, i) => {
      const other = others[i]!
      return effect.type === 'audit' ? other.type === 'audit' : isDeepStrictEqual(effect, other)
    })
  )
}

export function linesOf(effects: readonly Effect[]): string[] {
  return effects.flatMap(effect => (effect.type === 'audit' ? effect.line : []))
}

/** Those that are, and those that are not, in order. */
export function divide<T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] {
  const some: T[] = []
  const others: T[] = []
  for (const one of all) (is(one) ? some : others).push(one)
  return [some, others]
}
