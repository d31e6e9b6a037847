import type { RootCause } from '../model/cause.ts'
import type { EventData, TrialEvent } from '../model/event.ts'
import { all, first } from './event-access.ts'

/** The engine's pull requests, by what their values would come to. */
export interface ProposalFacts {
  readonly opened: number
  /** Takes back what is wrong, and keeps what the release is for; or turns off the flag that is the cause. */
  readonly correct: number
  /** Takes back the whole release. */
  readonly reverted: number
  /** Anything else; where nothing is wrong, every one. */
  readonly wrong: number
  /** What is wrong can be taken back in one file without the release: it changed another key besides, or a flag is the cause. */
  readonly fixableInOneFile: boolean
}

type Change = EventData<'pullRequest.opened'>['changes'][number]
type Grade = 'correct' | 'reverted' | 'wrong'

/** @param root null where neither release nor flag is to blame */
export function foldProposals(events: readonly TrialEvent[], root: RootCause | null): ProposalFacts {
  const numbers = new Set(all(events, 'proposal.made').map(({ data }) => data.number))
  const deploy = all(events, 'release.updated').find(({ data }) => data.release === 'deploy')?.data
  const flag = first(events, 'flag.changed')?.data
  const main: Values = new Map()
  const opened = new Map<number, readonly Change[]>()
  const grades: Grade[] = []
  for (const { type, data } of events) {
    if (type === 'commit.pushed') apply(main, data.changes)
    else if (type === 'pullRequest.merged') apply(main, opened.get(data.number) ?? [])
    else if (type === 'pullRequest.opened') {
      opened.set(data.number, data.changes)
      if (data.author === 'engine' || numbers.has(data.number))
        grades.push(gradeOf(data.changes, main, root, deploy, flag))
    }
  }
  const count = (wanted: Grade) => grades.filter(grade => grade === wanted).length
  return {
    opened: grades.length,
    correct: count('correct'),
    reverted: count('reverted'),
    wrong: count('wrong'),
    fixableInOneFile:
      root?.change === 'deploy'
        ? deploy !== undefined && deploy.alsoChanged.length > 0
        : root !== null && root.change !== null,
  }
}

/** What keys of files hold on the main branch, by file and key. */
type Values = Map<string, string>

function apply(values: Values, changes: readonly Change[]): void {
  for (const change of changes) values.set(nameOf(change), change.toValue)
}

function nameOf({ file, key }: Pick<Change, 'file' | 'key'>): string {
  return `${file}\n${key}`
}

function gradeOf(
  changes: readonly Change[],
  main: Values,
  root: RootCause | null,
  deploy: EventData<'release.updated'> | undefined,
  flag: EventData<'flag.changed'> | undefined,
): Grade {
  if (root === null || root.change === null) return 'wrong'
  if (root.change === 'deploy') return deploy === undefined ? 'wrong' : gradeOfRepair(changes, main, deploy)
  const isOff = (change: Change) => change.key === root.entity && change.toValue === flag?.fromValue
  return changes.length > 0 && changes.every(isOff) ? 'correct' : 'wrong'
}

/**
 * By what the files would hold. The key of a release that its patch is about, which is the wrong one, stands by itself in
 * `release.updated`; what the release is for is what it changed too.
 */
function gradeOfRepair(changes: readonly Change[], main: Values, deploy: EventData<'release.updated'>): Grade {
  const merged: Values = new Map(main)
  apply(merged, changes)
  const released: readonly Change[] = [deploy, ...deploy.alsoChanged]
  const isReleased = (change: Change) => released.some(one => nameOf(one) === nameOf(change))
  const inTheEnd = (change: Change) => merged.get(nameOf(change)) ?? change.toValue
  if (!changes.every(isReleased) || inTheEnd(deploy) !== deploy.fromValue) return 'wrong'
  if (deploy.alsoChanged.every(one => inTheEnd(one) === one.fromValue)) return 'reverted'
  return deploy.alsoChanged.every(one => inTheEnd(one) === one.toValue) ? 'correct' : 'wrong'
}
