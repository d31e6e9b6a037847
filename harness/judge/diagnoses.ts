import { type CauseKind, isReleaseCause, type RootCause } from '../model/cause.ts'
import type { EventData, TrialEvent } from '../model/event.ts'
import { all } from './event-access.ts'

/** What the engine made of a trial: its first diagnosis at or after onset, else the last one before it. */
export interface DiagnosisFacts {
  readonly madeMs: number
  /** Since when people or engine wanted to know: the rollback before it, else the first page, else the incident's opening. */
  readonly sinceMs: number
  readonly verdict: string
  /** From 1: where the right cause stands, and the change that brought it; null where it does not, or the diagnosis names none. */
  readonly causeRank: number | null
  readonly changeRank: number | null
  /** Whether any diagnosis of the trial says before all that the release is the cause. */
  readonly blamesRelease: boolean
}

type Made = { readonly t: number; readonly data: EventData<'diagnosis.made'> }

/** @param revertedMs when the deploy was taken back, by whomever */
export function foldDiagnosis(
  events: readonly TrialEvent[],
  root: RootCause | null,
  onsetMs: number | null,
  revertedMs: readonly number[],
): DiagnosisFacts | null {
  const made = all(events, 'diagnosis.made')
  const judged = made.find(({ t }) => onsetMs !== null && t >= onsetMs) ?? made.at(-1)
  if (judged === undefined) return null
  const names = deployNames(events)
  const ranked = judged.data.verdict === 'inconclusive' ? [] : judged.data.ranked
  const changes = root === null || root.change === null ? [] : root.change === 'deploy' ? names : [root.change]
  return {
    madeMs: judged.t,
    sinceMs: wantedSince(events, judged, revertedMs),
    verdict: judged.data.verdict,
    causeRank: rankOf(ranked, one => root !== null && isCause(one, root)),
    changeRank: rankOf(ranked, ({ change }) => change !== null && changes.includes(change)),
    blamesRelease: made.some(({ data }) => {
      const first = data.verdict === 'inconclusive' ? undefined : data.ranked[0]
      if (first === undefined) return false
      return (
        isReleaseCause({ kind: first.kind as CauseKind }) || (first.change !== null && names.includes(first.change))
      )
    }),
  }
}

/** By what a diagnosis may call the scenario's deploy: its commit, or the revision. */
function deployNames(events: readonly TrialEvent[]): string[] {
  const deploy = all(events, 'release.updated').find(({ data }) => data.release === 'deploy')
  if (deploy === undefined) return []
  const { podTemplateHash, file, key, toValue } = deploy.data
  const commits = all(events, 'commit.pushed').filter(({ data: { changes } }) =>
    changes.some(change => change.file === file && change.key === key && change.toValue === toValue),
  )
  return [`release/${podTemplateHash}`, ...commits.map(({ data }) => data.sha)]
}

function wantedSince(events: readonly TrialEvent[], { t: madeMs, data }: Made, revertedMs: readonly number[]): number {
  const before = (times: readonly number[]) => times.filter(t => t <= madeMs)
  const [reverted] = before(revertedMs).toSorted((a, b) => a - b)
  const [paged] = before(all(events, 'page.sent').map(({ t }) => t))
  const opened = all(events, 'incident.opened').find(one => one.data.incident === data.incident)?.t
  return reverted ?? paged ?? opened ?? madeMs
}

function isCause(one: { readonly kind: string; readonly entity: string }, { kind, entity }: RootCause): boolean {
  return one.kind === kind && (entity === null || one.entity === entity)
}

function rankOf<T>(ranked: readonly T[], isRight: (one: T) => boolean): number | null {
  const index = ranked.findIndex(isRight)
  return index === -1 ? null : index + 1
}
