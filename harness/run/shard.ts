import type { Unit } from './suite-plan.ts'

/** One of `count` parts of a run, `index` from 1 on. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/**
 * The units of a shard, in plan order: seeds are dealt out in turn over all scenarios, so that every shard has its share of each. A faulty
 * trial costs more than its control; the variants of a seed stay together, or with two shards one would have all that is faulty.
 */
export function unitsOfShard(units: readonly Unit[], { index, count }: Shard): Unit[] {
  let seeds = -1
  return units.filter((unit, i) => {
    const before = units[i - 1]
    if (before?.scenario !== unit.scenario || before.seed !== unit.seed) seeds++
    return seeds % count === index - 1
  })
}
