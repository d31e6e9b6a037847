import type { Level } from '../model/effect.ts'
import { pairedDifference } from '../stats/bootstrap.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import { firstDifference } from './decisive.ts'
import type { JudgedTrial } from './evidence.ts'
import type { TrialFacts } from './instants.ts'
import type { LevelRow } from './levels.ts'
import { measuredFromMs } from './outcome.ts'
import { pairTrials } from './pairs.ts'
import type { Difference, DifferenceRow } from './summary.ts'

/** Times are compared up to here, as people are followed for a day. */
const restrictedToMs = 86_400_000

/** One trial at a level and at the one below it. */
interface Pair {
  readonly below: TrialFacts
  readonly above: TrialFacts
}

/**
 * What each level changes in each scenario beside the one below it, over the valid faulty trials of the same seeds. Levels that were not
 * run, or did the same in every trial, make no difference and have no row.
 * @param rows in the order of their policies and levels
 * @param seed keys the bootstrap's draws
 */
export function levelDifferences(rows: readonly LevelRow[], seed: number): DifferenceRow[] {
  return rows.flatMap((row, i) => {
    const below = rows[i - 1]
    if (below === undefined || below.policy !== row.policy || row.sameAs !== null) return []
    const pairs = pairsByScenario(below.trials, row.trials)
    return [...pairs].map(([name, { family, ofScenario }]): DifferenceRow => {
      const levels: readonly [Level, Level] = [below.level, row.level]
      const compare = (measure: string, of: (facts: TrialFacts) => number | null) =>
        difference(ofScenario, of, levels, streamKey(seed, name, `${measure} ${row.policy} ${levels.join(' ')}`))
      return {
        policy: row.policy,
        scenario: name,
        family,
        below: below.level,
        level: row.level,
        pairs: ofScenario.length,
        timeToResolveS: compare('timeToResolveS', facts => secondsTo(facts, facts.resolvedMs)),
        fdrtS: compare('fdrtS', facts => secondsTo(facts, facts.recoveredMs)),
        badRequests: compare('badRequests', ({ badRequests }) => badRequests),
        badRequestsToEnd: compare('badRequestsToEnd', ({ badRequestsToEnd }) => badRequestsToEnd),
      }
    })
  })
}

function pairsByScenario(below: readonly JudgedTrial[], above: readonly JudgedTrial[]) {
  const pairs = new Map<string, { readonly family: string; readonly ofScenario: Pair[] }>()
  for (const { before, after } of pairTrials(below, above)) {
    if (after.trial.variant !== 'faulty') continue
    const { name, family } = after.scenario
    const own = pairs.get(name) ?? { family, ofScenario: [] }
    own.ofScenario.push({ below: before.trial.facts, above: after.trial.facts })
    pairs.set(name, own)
  }
  return pairs
}

function secondsTo(facts: TrialFacts, toMs: number | null): number | null {
  const fromMs = measuredFromMs(facts)
  return fromMs === null ? null : Math.min((toMs ?? facts.endMs) - fromMs, restrictedToMs) / 1000
}

/** Pairs in which either side is not defined are left out. */
function difference(
  pairs: readonly Pair[],
  of: (facts: TrialFacts) => number | null,
  levels: readonly [Level, Level],
  key: ReturnType<typeof streamKey>,
): Difference {
  const compared = pairs.flatMap(pair => {
    const [before, after] = [of(pair.below), of(pair.above)]
    return before === null || after === null ? [] : { pair, before, after }
  })
  const { value, low, high } = pairedDifference(
    compared.map(({ before }) => before),
    compared.map(({ after }) => after),
    i => uniform(key, i),
  )
  const answer = high !== null && high < 0 ? 'better' : low !== null && low > 0 ? 'worse' : 'cannot tell'
  const parted = compared.filter(({ before, after }) => before !== after).map(({ pair }) => pair)
  return { value, low, high, answer, ...commonestEvent(parted, levels) }
}

/** What made the difference in most of the pairs that came out otherwise; of equally many the first. */
function commonestEvent(
  parted: readonly Pair[],
  levels: readonly [Level, Level],
): Pick<Difference, 'event' | 'eventAt' | 'eventShare'> {
  const counts = new Map<string, { readonly event: string; readonly eventAt: Level; count: number }>()
  for (const { below, above } of parted) {
    const found = firstDifference(below.decisive, above.decisive)
    if (found === undefined) continue
    const eventAt = levels[found.of === 'one' ? 0 : 1]
    const key = `${eventAt} ${found.what}`
    const own = counts.get(key) ?? { event: found.what, eventAt, count: 0 }
    own.count++
    counts.set(key, own)
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count)
  return most === undefined
    ? { event: null, eventAt: null, eventShare: null }
    : { event: most.event, eventAt: most.eventAt, eventShare: most.count / parted.length }
}
