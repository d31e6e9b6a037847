import { holm } from '../stats/multiple.ts'
import { streamKey } from '../stats/uniform.ts'
import { type ComparedMeasure, comparedMeasures } from './compared-measures.ts'
import type { Answer } from './comparison.ts'
import type { JudgedTrial } from './evidence.ts'
import { wantsRollback } from './outcome.ts'
import { pairTrials, type TrialPair } from './pairs.ts'
import { isFalselyActed } from './row-figures.ts'
import type { Estimate } from './summary.ts'
import { type Sample, testDifference } from './tested.ts'

/** So many that a p-value may survive the correction over all scenarios and gates. */
const resamples = 9_999

/** The chance of any false call in a table. */
const level = 0.05

export type PracticeMeasure = 'caught' | 'twinsStopped' | 'scaresStopped' | 'badRequests' | 'releaseMinutes'

/** One policy instead of another, in the same trials. */
export interface PracticeChange {
  readonly before: string
  readonly after: string
  readonly measures: Readonly<Record<PracticeMeasure, PracticeDifference>>
}

/** After minus before with its interval of 95 %; whether it differs is corrected by Holm over the table. */
export interface PracticeDifference extends Estimate {
  readonly answer: Answer
  readonly pairs: number
}

/** A scenario in which the reference is worse than a gate, beyond doubt: corrected by Holm over scenarios, gates and measures. */
export interface WorseThanGate extends Estimate {
  readonly gate: string
  readonly scenario: string
  readonly family: string
  readonly measure: 'caught' | 'twinsStopped' | 'stopped' | 'badRequests'
  readonly reference: number
  readonly ofGate: number
}

type Measure = Pick<ComparedMeasure, 'better' | 'unit' | 'valueIn'>

const named = (name: string): Measure => comparedMeasures.find(measure => measure.name === name)!

/** Good deploys while something is wrong that is not their doing. */
const stopped: Measure = {
  better: 'lower',
  unit: 'ratio',
  valueIn: one => (one.trial.variant === 'twin' || wantsRollback(one.truth) ? null : Number(isFalselyActed(one))),
}

/** Of the deploys that are to be taken back: of other trouble no gate can end anything. */
const badRequests: Measure = {
  ...named('harm.badRequests'),
  valueIn: one => (wantsRollback(one.truth) ? named('harm.badRequests').valueIn(one) : null),
}

const measures: Readonly<Record<PracticeMeasure, Measure>> = {
  caught: named('recall'),
  twinsStopped: named('falseActionRate.twins'),
  scaresStopped: named('falseActionRate.worstScare'),
  badRequests,
  releaseMinutes: named('harm.goodReleaseMinutesLost'),
}

/** @param trials valid ones */
export function practiceChanges(
  trials: readonly JudgedTrial[],
  changes: readonly { readonly before: string; readonly after: string }[],
  seed: number,
): PracticeChange[] {
  const drafts = changes.map(change => {
    const pairs = pairsOf(trials, change.before, change.after)
    const tested = Object.entries(measures).map(([name, measure]) => ({
      name: name as PracticeMeasure,
      measure,
      ...test(measure, pairs, `${name} ${change.before} ${change.after}`, seed),
    }))
    return { ...change, tested }
  })
  const adjusted = holm(drafts.flatMap(({ tested }) => tested.map(({ p }) => p ?? 1)))
  return drafts.map(({ before, after, tested }, i) => ({
    before,
    after,
    measures: Object.fromEntries(
      tested.map(({ name, measure, difference, pairs, n, p }, j): [PracticeMeasure, PracticeDifference] => {
        const isSame = pairs !== null && pairs.better + pairs.worse === 0
        const isSure = p !== null && adjusted[i * tested.length + j]! <= level
        const answer = isSame ? 'same' : isSure ? direction(measure, difference) : 'cannot tell'
        return [name, { ...difference, answer, pairs: n.candidate }]
      }),
    ) as unknown as PracticeChange['measures'],
  }))
}

/** @param trials valid ones, of held-out families too */
export function worseThanGates(
  trials: readonly JudgedTrial[],
  reference: string,
  gates: readonly string[],
  seed: number,
): WorseThanGate[] {
  const asked = { caught: measures.caught, twinsStopped: measures.twinsStopped, stopped, badRequests } as const
  const tests = gates.flatMap(gate => {
    const byScenario = Map.groupBy(pairsOf(trials, gate, reference), ({ after }) => after.scenario)
    return [...byScenario].flatMap(([{ name, family }, pairs]) =>
      Object.entries(asked).flatMap(([measure, one]) => {
        const tested = test(one, pairs, `${measure} ${gate} ${name}`, seed)
        return tested.p === null ? [] : { gate, scenario: name, family, measure: measure as keyof typeof asked, tested }
      }),
    )
  })
  const adjusted = holm(tests.map(({ tested }) => tested.p!))
  return tests
    .filter(
      ({ measure, tested }, i) => adjusted[i]! <= level && direction(asked[measure], tested.difference) === 'worse',
    )
    .map(({ tested, ...what }) => ({
      ...what,
      ...tested.difference,
      reference: tested.values.candidate!,
      ofGate: tested.values.baseline!,
    }))
}

function direction({ better }: Measure, { value }: Estimate): 'better' | 'worse' {
  return value !== null && (better === 'higher' ? value > 0 : value < 0) ? 'better' : 'worse'
}

function pairsOf(trials: readonly JudgedTrial[], before: string, after: string): TrialPair[] {
  const of = (policy: string) => trials.filter(({ trial }) => trial.policy === policy)
  return pairTrials(of(before), of(after))
}

function test(measure: Measure, pairs: readonly TrialPair[], what: string, seed: number) {
  const samples = new Map<string, Sample & { before: number[]; after: number[] }>()
  for (const { before, after } of pairs) {
    const [from, to] = [measure.valueIn(before), measure.valueIn(after)]
    if (from === null || to === null) continue
    const { name: scenario, family } = after.scenario
    const own = samples.get(scenario) ?? { scenario, family, before: [], after: [] }
    samples.set(scenario, own)
    own.before.push(from)
    own.after.push(to)
  }
  return testDifference(measure, [...samples.values()], {
    paired: true,
    resamples,
    key: streamKey(seed, 'practice', what),
  })
}
