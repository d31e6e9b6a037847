import type { Level } from '../model/effect.ts'
import { meanInterval } from '../stats/bootstrap.ts'
import type { Draw } from '../stats/studentized.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import { decisiveEvents, firstDeedMs } from './decisive.ts'
import type { JudgedTrial } from './evidence.ts'

/** The anchor that knows the ground truth: no policy can do less harm on average. */
const clairvoyant = 'clairvoyant'

/** Cells, at whose ends the anchor acts. */
const cellMs = 5000

/** An end of this interval is the one-sided bound of 99.9 %. */
const confidence = 0.998
const resamples = 4999

/** With fewer the bootstrap's interval is too narrow to call anything a bug. */
const pairsMin = 20

/** A policy that did less harm than who knows everything: a bug in the harness. */
export interface BrokenBound {
  readonly policy: string
  readonly level: Level
  /** Mean of the policy's bad requests minus the anchor's, and the upper end of what it can be. */
  readonly meanDifference: number
  readonly high: number
  /** Trials with less harm, most of it first. */
  readonly trials: readonly string[]
}

/**
 * Holds every row against the anchor `clairvoyant`, over the valid faulty trials in which neither acted before the end of the cell of
 * onset: who holds or aborts a release earlier spares requests by luck. The anchor takes one remedy, once: trials in which an engine took
 * several, as one restart after the other, are left out.
 * @param policies rows on the same manifests as the anchor; on others another share of the requests meets the fault
 * @param seed keys the bootstrap's draws
 */
export function brokenBounds(judged: readonly JudgedTrial[], policies: readonly string[], seed: number): BrokenBound[] {
  const counts = ({ trial, invalid }: JudgedTrial) => trial.variant === 'faulty' && invalid === undefined
  const key = ({ scenario, seed: own }: JudgedTrial['trial']) => `${scenario} ${own}`
  const anchors = new Map(
    judged.filter(one => one.trial.policy === clairvoyant && counts(one)).map(({ trial }) => [key(trial), trial.facts]),
  )
  const rows = Map.groupBy(
    judged.filter(one => policies.includes(one.trial.policy) && one.trial.policy !== clairvoyant && counts(one)),
    ({ trial }) => `${trial.policy} ${trial.level}`,
  )
  return [...rows].flatMap(([name, trials]): BrokenBound[] => {
    const differences = trials.flatMap(({ trial }) => {
      const anchor = anchors.get(key(trial))
      if (anchor === undefined || anchor.onsetMs === null) return []
      const actsMs = (Math.floor(anchor.onsetMs / cellMs) + 1) * cellMs
      const deedMs = firstDeedMs(trial.facts.decisive)
      if ((deedMs !== null && deedMs < actsMs) || remediesTaken(trial.facts.decisive) > 1) return []
      return [{ id: trial.id, value: trial.facts.badRequests - anchor.badRequests }]
    })
    if (differences.length < pairsMin) return []
    const draws = streamKey(seed, 'summary', `clairvoyant ${name}`)
    const draw: Draw = i => uniform(draws, i)
    const { value, high } = meanInterval(
      differences.map(one => one.value),
      draw,
      { confidence, resamples },
    )
    if (value === null || high === null || high >= 0) return []
    const { policy, level } = trials[0]!.trial
    const less = differences.filter(one => one.value < 0).sort((a, b) => a.value - b.value)
    return [{ policy, level, meanDifference: value, high, trials: less.map(({ id }) => id) }]
  })
}

/** What the engine did, but for holding the release and letting it go on. */
function remediesTaken(decisive: string): number {
  return decisiveEvents(decisive).filter(({ what }) => /^operation\.started (?!hold|resume)\w+$/.test(what)).length
}
