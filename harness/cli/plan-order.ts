import type { TrialResult } from '../judge/trial-result.ts'

/** Passes trials on in plan order, each as soon as all before it have come. */
export interface PlanOrder {
  add(unit: number, trials: readonly TrialResult[]): void
  /** Passes on what is left of these, in their order: units may be missing, or never have been added. */
  finish(units: readonly { readonly unit: number; readonly trials: readonly TrialResult[] }[]): void
}

/** @param units indices of those that are awaited, ascending */
export function inPlanOrder(units: readonly number[], emit: (trial: TrialResult) => void): PlanOrder {
  const waiting = new Map<number, readonly TrialResult[]>()
  let next = 0
  const isPast = (unit: number) => next === units.length || unit < units[next]!
  return {
    add(unit, trials) {
      if (isPast(unit)) return
      waiting.set(unit, trials)
      for (let ready = waiting.get(units[next]!); ready !== undefined; ready = waiting.get(units[next]!)) {
        waiting.delete(units[next++]!)
        ready.forEach(emit)
      }
    },
    finish(left) {
      for (const { unit, trials } of left) if (!isPast(unit)) trials.forEach(emit)
      waiting.clear()
    },
  }
}
