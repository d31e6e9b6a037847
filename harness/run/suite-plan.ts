import type { Environment, Subject } from '../../clusters/sim/world-setting.ts'
import type { Scenario, Variant } from '../model/scenario.ts'
import { plannedVariants, type Suite } from '../model/suite.ts'
import type { Row } from './row.ts'

/** Rows whose manifests are the same, so that they can share an open loop. */
export interface RowGroup {
  readonly subject: Subject
  readonly rows: readonly Row[]
}

/** Everything that decides what a run will be. Plain data, as workers get a copy. */
export interface SuitePlan {
  readonly suite: Suite
  /** Trials of a scenario have the seeds from here on. */
  readonly firstSeed: number
  readonly scenarios: readonly Scenario[]
  readonly groups: readonly RowGroup[]
  readonly environment: Environment
  /** Policies under test, as opposed to anchors: their detectors are scored. */
  readonly scored: readonly string[]
  readonly horizonMs: number
  /** Of a run that ends as soon as its criteria are decided: the planned looks, as seeds of each scenario. */
  readonly looks?: readonly number[]
}

/** The trials of one scenario and seed in one variant, over all rows. */
export interface Unit {
  readonly index: number
  readonly scenario: number
  readonly variant: Variant
  readonly seed: number
}

/** In plan order: by scenario, seed, variant. */
export function planUnits({ scenarios, suite, firstSeed }: SuitePlan): Unit[] {
  const units: Unit[] = []
  scenarios.forEach((scenario, index) => {
    for (let i = 0; i < suite.seeds; i++) {
      for (const variant of plannedVariants(suite, scenario))
        units.push({ index: units.length, scenario: index, variant, seed: firstSeed + i })
    }
  })
  return units
}
