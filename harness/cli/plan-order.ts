import type { TrialResult } from '../judge/trial-result.ts'

/** Passes trials on in plan order, each as soon as all before it have come. */
export interface PlanOrder {
  add(unit: number, trials: readonly TrialResult[]): void
  /** Passes on what is left of these, in their order: units may be missing, or never have been added. */
  finish(units: readonly { readonly unit: number; readonly trials: readonly TrialResult[] }[]): void
}

export function inPlanOrder(emit: (trial: TrialResult) => void): PlanOrder {
  const waiting = new Map<number, readonly TrialResult[]>()
  let next = 0
  return {
    add(unit, trials) {
      if (unit < next) return
      waiting.set(unit, trials)
      for (let ready = waiting.get(next); ready !== undefined; ready = waiting.get(next)) {
        waiting.delete(next++)
        ready.forEach(emit)
      }
    },
    finish(units) {
      for (const { unit, trials } of units) if (unit >= next) trials.forEach(emit)
      waiting.clear()
    },
  }
}
