import {
  type Cause,
  type CauseKind,
  causeKinds,
  type Diagnosis,
  type Evidence,
  type Hypothesis,
  isReleaseCause,
  releaseCauses,
} from '../../harness/model/cause.ts'
import type { Case } from './case.ts'
import { type Clue, weightsOf } from './clue.ts'
import { elsewhereClues, silentMs } from './clues/elsewhere.ts'
import { requestClues } from './clues/requests.ts'
import { startClues } from './clues/start.ts'
import { timingClues } from './clues/timing.ts'
import type { DiagnoseSection } from './section.ts'

const clues: readonly Clue[] = [...startClues, ...requestClues, ...timingClues, ...elsewhereClues]

/**
 * Log-odds against "something else" before anything is seen. A change of the live system is the cause of about 70 % of outages (Site
 * Reliability Engineering, O'Reilly 2016, chapter 1), so a release's causes begin ahead of others; which of them is not known.
 */
const prior = (kind: CauseKind) =>
  kind === 'route errors' ? -2.5 : (releaseCauses as readonly CauseKind[]).includes(kind) ? -2 : -3

/** A clue that speaks this much against a cause rules it out. */
const rulesOut = -4

/** What was believed of a cause. */
interface Weighed {
  readonly cause: Cause
  readonly logOdds: number
  readonly ruledOutBy: string | undefined
}

/**
 * Adds up the points of all clues for each cause that has a name, and takes the shares of what comes of it; "something else" has none
 * and keeps its share. Only a share of at least `likely` is named.
 */
export function weigh(one: Case, section: DiagnoseSection, toolCalls: number): Diagnosis {
  const seen = clues.flatMap(clue => {
    const text = clue.see(one)
    return typeof text === 'string' ? [{ clue, text }] : []
  })
  const weighed = causeKinds.flatMap((kind): Weighed[] => {
    const entity = entityOf(one, kind)
    if (entity === '') return []
    let logOdds = prior(kind)
    let worst = { weight: 0, text: '' }
    for (const { clue, text } of seen) {
      const weight = weightsOf(clue)[kind] ?? 0
      logOdds += weight
      if (weight < worst.weight) worst = { weight, text }
    }
    return [{ cause: { kind, entity }, logOdds, ruledOutBy: worst.weight <= rulesOut ? worst.text : undefined }]
  })
  const largest = Math.max(0, ...weighed.map(({ logOdds }) => logOdds))
  const odds = ({ logOdds }: Weighed) => Math.exp(logOdds - largest)
  const total = weighed.reduce((sum, hypothesis) => sum + odds(hypothesis), Math.exp(-largest))
  const order = weighed.toSorted((a, b) => b.logOdds - a.logOdds)
  const ranked = order.slice(0, 5).map(
    (hypothesis): Hypothesis => ({
      cause: hypothesis.cause,
      change: changeOf(one, hypothesis.cause),
      share: odds(hypothesis) / total,
    }),
  )
  const evidence = seen.map(({ clue: { source }, text }, i): Evidence => ({ id: `e${i + 1}`, source, text }))
  const named = order[0]?.cause.kind
  return {
    incident: one.trouble.incident,
    verdict: verdictOn(one, ranked[0], section),
    ranked,
    evidence,
    ruledOut: order.flatMap(({ cause, ruledOutBy }) =>
      cause.kind === named || ruledOutBy === undefined ? [] : [{ cause, because: ruledOutBy }],
    ),
    toolCalls,
  }
}

/** Without counts nothing can be said of requests: silence is no evidence of a cause, nor of its absence. */
function verdictOn(
  one: Case,
  best: Hypothesis | undefined,
  { confirmed, likely }: DiagnoseSection,
): Diagnosis['verdict'] {
  if (best === undefined || best.share < likely) return 'inconclusive'
  const { kind } = best.cause
  // Silence is a cause only where Argo has taken it for an answer; elsewhere it hides what the cause is.
  if (kind === 'silent telemetry')
    return one.trouble.failedMetric?.phase !== 'Error'
      ? 'inconclusive'
      : best.share >= confirmed
        ? 'confirmed'
        : 'likely'
  const needsLooks = ![
    'missing image',
    'missing configuration key',
    'wrong probe path',
    'crash',
    'memory leak',
  ].includes(kind)
  if (needsLooks && (one.facts.looks.length === 0 || one.looks.silentForMs > silentMs)) return 'inconclusive'
  return best.share >= confirmed ? 'confirmed' : 'likely'
}

/** What a cause of this kind would be about; empty where nothing is known that it could be. */
function entityOf(
  { facts, trouble, flags, failing, looks, judgedPods, otherPods, noise, judgedHash }: Case,
  kind: CauseKind,
): string {
  switch (kind) {
    case 'flag':
      return flags?.[0]?.flag ?? ''
    case 'dependency':
      return failing?.service ?? ''
    case 'sick pod': {
      const named = trouble.alarms.find(({ pod }) => pod !== '')?.pod
      return named ?? (looks.pods === 'one' ? looks.worstPod : judgedPods.onlyUnwell || otherPods.onlyUnwell)
    }
    case 'tight threshold':
      return trouble.failedMetric === undefined ? '' : `${trouble.failedMetric.template}/${trouble.failedMetric.metric}`
    case 'noisy log':
      return noise
    default:
      return judgedHash === null && isReleaseCause({ kind }) && !isSlowToShow(kind) ? '' : facts.service
  }
}

/** A leak shows long after the release that brought it. */
function isSlowToShow(kind: CauseKind): boolean {
  return kind === 'memory leak' || kind === 'worker leak'
}

function changeOf({ offender, judgedHash }: Case, cause: Cause): string | null {
  if (cause.kind === 'flag') return `flag/${cause.entity}`
  if (!isReleaseCause(cause)) return null
  return offender?.id ?? (judgedHash === null ? null : `release/${judgedHash}`)
}
