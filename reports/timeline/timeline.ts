import type { TrialFacts } from '../../harness/judge/instants.ts'
import type { EventData, TrialEvent } from '../../harness/model/event.ts'
import type { GroundTruth } from '../../harness/model/ground-truth.ts'
import type { ScoreTrace } from '../../harness/run/trace-trial.ts'
import { auditEntries } from '../postmortem/audit-index.ts'
import { type Deed, deedsOf } from './deeds.ts'
import { instantsOf, type Moment, momentsOfLog } from './moments.ts'
import { seriesOf, type TrialSeries, type VersionSeries } from './series.ts'
import { type Wait, waitsOf } from './waits.ts'

/** What is drawn and told of one trial. Times are ms of trial time. */
export interface Timeline {
  readonly trial: string
  readonly scenario: string
  readonly family: string
  readonly variant: string
  readonly policy: string
  readonly level: string
  readonly seed: number
  /** Why it is worth looking at. */
  readonly why: string
  /** What went wrong; null where nothing did. */
  readonly problem: string | null
  readonly replay: string
  readonly about: string
  readonly truth: Pick<GroundTruth, 'page' | 'deploy' | 'remedies' | 'cause'>
  readonly horizonMs: number
  readonly endMs: number
  readonly badRequests: number
  readonly instants: Readonly<Record<Instant, number | null>>
  readonly versions: readonly VersionSeries[]
  readonly traffic: TrialSeries['traffic']
  /** By cell; the first begins at 0. */
  readonly users: { readonly cellMs: number; readonly requests: readonly number[]; readonly bad: readonly number[] }
  readonly scores: readonly ScoreTrace[]
  readonly moments: readonly Moment[]
  readonly deeds: readonly Deed[]
  readonly waits: readonly Wait[]
  readonly diagnoses: readonly ({ readonly atMs: number } & Pick<
    EventData<'diagnosis.made'>,
    'verdict' | 'ranked' | 'evidence' | 'ruledOut' | 'toolCalls'
  >)[]
  readonly pullRequests: readonly PullRequest[]
  readonly gate: readonly ({ readonly atMs: number } & Pick<
    EventData<'gate.decided'>,
    'class' | 'action' | 'verdict' | 'reasons'
  >)[]
  readonly audit: readonly AuditLine[]
}

export type Instant = keyof ReturnType<typeof instantsOf>

interface PullRequest {
  readonly atMs: number
  readonly number: number
  readonly author: string
  readonly title: string
  readonly changes: EventData<'pullRequest.opened'>['changes']
  /** Rule of the engine's that it was made by; null where people made it. */
  readonly rule: string | null
  readonly became: string
}

interface AuditLine {
  readonly atMs: number
  readonly seq: number
  readonly kind: string
  readonly outcome: string
  readonly hash: string
}

/** What a timeline has from elsewhere than the log. */
export type TimelineFacts = Pick<
  Timeline,
  'trial' | 'family' | 'why' | 'problem' | 'replay' | 'about' | 'truth' | 'scores'
>

/** Folds a trial's log, and what its judge made of it. */
export function timelineOf(events: readonly TrialEvent[], facts: TrialFacts, about: TimelineFacts): Timeline {
  const { scenario, variant, policy, level, seed } = events[0]!.data as EventData<'trial.started'>
  const { versions, traffic, users } = seriesOf(events)
  return {
    ...about,
    scores: about.scores.map(roundedScores),
    scenario,
    variant,
    policy,
    level,
    seed,
    horizonMs: facts.horizonMs,
    endMs: facts.endMs,
    badRequests: facts.badRequests,
    instants: instantsOf(facts),
    versions,
    traffic,
    users: {
      cellMs: users.length > 1 ? users[1]!.fromMs - users[0]!.fromMs : 0,
      requests: users.map(({ requests }) => requests),
      bad: users.map(({ bad }) => bad),
    },
    moments: momentsOfLog(events, facts),
    deeds: deedsOf(events),
    waits: waitsOf(events),
    diagnoses: events.flatMap(({ type, t, data }) => {
      if (type !== 'diagnosis.made') return []
      const { verdict, ranked, evidence, ruledOut, toolCalls } = data
      return [{ atMs: t, verdict, ranked, evidence, ruledOut, toolCalls }]
    }),
    pullRequests: pullRequestsOf(events),
    gate: events.flatMap(({ type, t, data }) => {
      if (type !== 'gate.decided') return []
      const { class: ofClass, action, verdict, reasons } = data
      return [{ atMs: t, class: ofClass, action, verdict, reasons }]
    }),
    audit: auditEntries(events).map(({ eventSeq, seq, kind, outcome, hash }) => {
      return { atMs: events[eventSeq]!.t, seq, kind, outcome, hash }
    }),
  }
}

function pullRequestsOf(events: readonly TrialEvent[]): PullRequest[] {
  return events.flatMap(({ type, t, data }) => {
    if (type !== 'pullRequest.opened') return []
    const { number, author, title, changes } = data
    const made = events.find(event => event.type === 'proposal.made' && event.data.number === number)
    const ended = events.find(
      event =>
        (event.type === 'pullRequest.merged' || event.type === 'pullRequest.closed') && event.data.number === number,
    )
    return [
      {
        atMs: t,
        number,
        author,
        title,
        changes: changes.map(({ fromValue, toValue, ...rest }) => {
          return { ...rest, fromValue: shortened(fromValue), toValue: shortened(toValue) }
        }),
        rule: made?.type === 'proposal.made' ? made.data.rule : null,
        became: ended === undefined ? 'open' : ended.type === 'pullRequest.merged' ? 'merged' : 'closed',
      },
    ]
  })
}

/** Values are opaque, and only that they differ can be seen. */
function shortened(value: string): string {
  return value.length <= 48 ? value : `${value.slice(0, 44)}…`
}

/** To what can be drawn. */
function roundedScores({ scores, ...rest }: ScoreTrace): ScoreTrace {
  return { ...rest, scores: scores.map(score => Number(score.toPrecision(3))) }
}
