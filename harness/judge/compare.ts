import { holm } from '../stats/multiple.ts'
import { streamKey } from '../stats/uniform.ts'
import { type ComparedMeasure, comparedMeasures } from './compared-measures.ts'
import type { Answer, ComparedRow, ComparisonVerdict, MeasureComparison, RowName } from './comparison.ts'
import type { JudgedTrial } from './evidence.ts'
import { haveSameFacts } from './levels.ts'
import { pairTrials } from './pairs.ts'
import { type Sample, type Tested, type TestOptions, testDifference, trialsToTell } from './tested.ts'

/** The chance that any deciding measure of a candidate is called different where none is. */
const level = 0.05

/** So many that a p-value may be small enough for Holm's first of 200, or of 40 where trials are not paired, which takes longer; the others decide nothing. */
const decidingResamples = { paired: 9_999, unpaired: 1_999 }
const otherResamples = 999

/** One policy at one level of each side. */
export interface RowTrials {
  readonly baseline: RowName & { readonly trials: readonly JudgedTrial[] }
  readonly candidate: RowName & { readonly trials: readonly JudgedTrial[] }
}

export interface CompareOptions {
  readonly paired: boolean
  readonly heldOut: readonly string[]
  /** Keys the bootstrap's draws. */
  readonly seed: number
  /** How many each scenario has, on the side that has fewer. */
  readonly seeds: number
}

/**
 * All rows of a candidate against those of the baseline. Over the rows together, no deciding measure is called better or worse that is
 * not, with a chance of 95 %: Holm over the deciding measures of the rows that are not the same as one before.
 */
export function compareRows(
  rows: readonly RowTrials[],
  options: CompareOptions,
): { readonly rows: readonly ComparedRow[]; readonly verdict: ComparisonVerdict } {
  const drafts = rows.map((row, i) => draftRow(row, sameRow(rows.slice(0, i), row), options))
  const deciding = drafts.flatMap(draft => (draft.sameAs === null ? draft.measures.filter(decides) : []))
  const adjusted = new Map(adjust(deciding).map((p, i) => [deciding[i]!, p]))
  const compared = drafts.map((draft): ComparedRow => {
    const measures = draft.measures.map(one => finish(one, adjusted.get(one) ?? one.tested.p, deciding.length, options))
    return { ...draft, verdict: verdictOf(measures), measures }
  })
  return {
    rows: compared,
    verdict: verdictOf(compared.filter(({ sameAs }) => sameAs === null).flatMap(row => row.measures)),
  }
}

/** `regress` wins, then what got better, then what cannot be told. */
export function verdictOf(measures: readonly Pick<MeasureComparison, 'decides' | 'answer' | 'p'>[]): ComparisonVerdict {
  const answers = measures.filter(({ decides, p }) => decides && p !== null).map(({ answer }) => answer)
  if (answers.includes('worse')) return 'regress'
  if (answers.includes('better')) return 'better'
  return answers.length > 0 && answers.every(answer => answer === 'same') ? 'same' : 'cannot tell'
}

interface DraftMeasure {
  readonly measure: ComparedMeasure
  readonly samples: readonly Sample[]
  readonly tested: Tested
  readonly scenario: string | null
  readonly worstScenario: MeasureComparison['worstScenario']
}

type DraftRow = Omit<ComparedRow, 'measures' | 'verdict'> & { readonly measures: readonly DraftMeasure[] }

function decides({ measure, tested }: DraftMeasure): boolean {
  return measure.decides && tested.p !== null
}

function adjust(drafts: readonly DraftMeasure[]): number[] {
  return holm(drafts.map(({ tested }) => tested.p ?? 1))
}

function draftRow(row: RowTrials, sameAs: RowName | undefined, options: CompareOptions): DraftRow {
  const { baseline, candidate } = row
  const isValid = ({ invalid }: JudgedTrial) => invalid === undefined
  const pairs = options.paired ? pairTrials(baseline.trials, candidate.trials) : null
  const before = pairs?.map(pair => pair.before) ?? baseline.trials.filter(isValid)
  const after = pairs?.map(pair => pair.after) ?? candidate.trials.filter(isValid)
  const name = [candidate.policy, candidate.level].join(' ')
  const drafts = comparedMeasures.map(measure => ({
    measure,
    samples: samplesOf(measure, before, after, options.paired),
  }))
  const isHeldOut = ({ family }: Sample) => options.heldOut.includes(family)
  const families = [...new Set([...before, ...after].map(({ scenario }) => scenario.family))]
  return {
    baseline: { policy: baseline.policy, level: baseline.level },
    candidate: { policy: candidate.policy, level: candidate.level },
    sameAs: sameAs?.level ?? null,
    trials: {
      baseline: baseline.trials.filter(isValid).length,
      candidate: candidate.trials.filter(isValid).length,
      pairs: pairs?.length ?? null,
      different: pairs?.filter(pair => !haveSameFacts([pair.before], [pair.after])).length ?? null,
    },
    measures: drafts.map(({ measure, samples }) =>
      draftMeasure(
        measure,
        samples.filter(sample => !isHeldOut(sample)),
        name,
        options,
      ),
    ),
    families: familiesOf(families, drafts, name, options),
  }
}

/** What each scenario's trials say of a measure. Pairs of which a side says nothing are left out. */
function samplesOf(
  { valueIn, followedIn = () => null }: ComparedMeasure,
  before: readonly JudgedTrial[],
  after: readonly JudgedTrial[],
  paired: boolean,
): Sample[] {
  const samples = new Map<string, Sample & { before: number[]; after: number[] }>()
  const sampleOf = ({ scenario: { name: scenario, family } }: JudgedTrial) => {
    const own = samples.get(scenario) ?? { scenario, family, before: [], after: [] }
    samples.set(scenario, own)
    return own
  }
  const restrictedTo = Math.min(...[...before, ...after].map(one => followedIn(one) ?? Infinity))
  const restricted = (one: JudgedTrial) => {
    const value = valueIn(one)
    return value === null ? null : Math.min(value, restrictedTo)
  }
  if (paired) {
    after.forEach((one, i) => {
      const [from, to] = [restricted(before[i]!), restricted(one)]
      if (from === null || to === null) return
      const own = sampleOf(one)
      own.before.push(from)
      own.after.push(to)
    })
  } else {
    for (const [side, trials] of [
      ['before', before],
      ['after', after],
    ] as const) {
      for (const one of trials) {
        const value = restricted(one)
        if (value !== null) sampleOf(one)[side].push(value)
      }
    }
  }
  return [...samples.values()]
}

function draftMeasure(
  measure: ComparedMeasure,
  samples: readonly Sample[],
  name: string,
  options: CompareOptions,
): DraftMeasure {
  const worst = worstOf(measure, samples, name, options)
  const worstScenario =
    worst === undefined || isBetter(measure, worst.tested) || worst.tested.difference.value === 0
      ? null
      : {
          scenario: worst.scenario,
          answer: answerOf(measure, worst.tested, worst.tested.p),
          ...worst.tested,
          adjustedP: worst.tested.p,
        }
  if (measure.ofWorstScenario && worst !== undefined) {
    return { measure, samples: worst.samples, tested: worst.tested, scenario: worst.scenario, worstScenario }
  }
  const resamples = measure.decides ? decidingResamples[options.paired ? 'paired' : 'unpaired'] : otherResamples
  const tested = testDifference(measure, samples, optionsOf(`${measure.name} ${name}`, resamples, options))
  return { measure, samples, tested, scenario: null, worstScenario }
}

/**
 * Of the scenarios that got worse the one with the smallest p-value; without one, of all. Corrected over the scenarios by Bonferroni, which
 * holds whichever is chosen.
 */
function worstOf(measure: ComparedMeasure, samples: readonly Sample[], name: string, options: CompareOptions) {
  const tested = samples.map(sample => ({
    scenario: sample.scenario,
    samples: [sample],
    tested: testDifference(
      measure,
      [sample],
      optionsOf(`${measure.name} ${name} ${sample.scenario}`, otherResamples, options),
    ),
  }))
  const ordered = tested
    .filter(one => one.tested.p !== null)
    .map(one => ({ ...one, tested: { ...one.tested, p: Math.min(1, one.tested.p! * tested.length) } }))
    .sort((a, b) => Number(isWorse(measure, b.tested)) - Number(isWorse(measure, a.tested)) || a.tested.p - b.tested.p)
  return ordered.at(0)
}

function familiesOf(
  families: readonly string[],
  drafts: readonly { readonly measure: ComparedMeasure; readonly samples: readonly Sample[] }[],
  name: string,
  options: CompareOptions,
): ComparedRow['families'] {
  const byMeasure = drafts.map(({ measure, samples }) => {
    const ofFamilies = families.map((family): DraftMeasure => {
      const own = samples.filter(sample => sample.family === family)
      const tested = testDifference(
        measure,
        own,
        optionsOf(`${measure.name} ${name} ${family}`, otherResamples, options),
      )
      return { measure, samples: own, tested, scenario: null, worstScenario: null }
    })
    const known = ofFamilies.filter(({ tested }) => tested.p !== null)
    const adjusted = new Map(adjust(known).map((p, i) => [known[i]!, p]))
    return ofFamilies.map(one => finish(one, adjusted.get(one) ?? null, known.length, options))
  })
  return families.map((family, i) => ({
    family,
    heldOut: options.heldOut.includes(family),
    measures: byMeasure.map(ofFamilies => ({ ...ofFamilies[i]!, decides: false })).filter(({ p }) => p !== null),
  }))
}

function finish(
  { measure, samples, tested, scenario, worstScenario }: DraftMeasure,
  adjustedP: number | null,
  tests: number,
  options: CompareOptions,
): MeasureComparison {
  const { name, unit, better, decides } = measure
  const answer = answerOf(measure, tested, adjustedP)
  const confidence = 1 - level / Math.max(1, decides ? tests : 1)
  const wanted = answer === 'cannot tell' ? trialsToTell(measure, samples, options.paired, confidence) : null
  const n = Math.min(tested.n.baseline, tested.n.candidate)
  return {
    measure: name,
    unit,
    better,
    decides,
    answer,
    scenario,
    ...tested,
    adjustedP,
    worstScenario,
    trialsToTell: wanted,
    seedsToTell: wanted === null ? null : Math.ceil((wanted / n) * options.seeds),
  }
}

function answerOf(measure: ComparedMeasure, tested: Tested, adjustedP: number | null): Answer {
  if (tested.pairs !== null && tested.n.baseline > 0 && tested.pairs.better + tested.pairs.worse === 0) return 'same'
  if (adjustedP === null || adjustedP > level) return 'cannot tell'
  return isBetter(measure, tested) ? 'better' : 'worse'
}

function isBetter({ better }: ComparedMeasure, { difference: { value } }: Tested): boolean {
  return value !== null && (better === 'higher' ? value > 0 : value < 0)
}

function isWorse({ better }: ComparedMeasure, { difference: { value } }: Tested): boolean {
  return value !== null && (better === 'higher' ? value < 0 : value > 0)
}

function optionsOf(what: string, resamples: number, { paired, seed }: CompareOptions): TestOptions {
  return { paired, resamples, key: streamKey(seed, 'compare', what) }
}

/** An earlier row of the same policies in which both sides did the same as in this one. */
function sameRow(earlier: readonly RowTrials[], row: RowTrials): RowName | undefined {
  return earlier.find(
    ({ baseline, candidate }) =>
      baseline.policy === row.baseline.policy &&
      candidate.policy === row.candidate.policy &&
      haveSameFacts(baseline.trials, row.baseline.trials) &&
      haveSameFacts(candidate.trials, row.candidate.trials),
  )?.candidate
}
