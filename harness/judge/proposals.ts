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
  const opened = all(events, 'pullRequest.opened').filter(
    ({ data }) => data.author === 'engine' || numbers.has(data.number),
  )
  const deploy = all(events, 'release.updated').find(({ data }) => data.release === 'deploy')?.data
  const flag = first(events, 'flag.changed')?.data
  const grades = opened.map(({ data }) => gradeOf(data.changes, root, deploy, flag))
  const count = (wanted: Grade) => grades.filter(grade => grade === wanted).length
  return {
    opened: opened.length,
    correct: count('correct'),
    reverted: count('reverted'),
    wrong: count('wrong'),
    fixableInOneFile:
      root?.change === 'deploy'
        ? deploy !== undefined && deploy.alsoChanged.length > 0
        : root !== null && root.change !== null,
  }
}

function gradeOf(
  changes: readonly Change[],
  root: RootCause | null,
  deploy: EventData<'release.updated'> | undefined,
  flag: EventData<'flag.changed'> | undefined,
): Grade {
  if (root === null || root.change === null) return 'wrong'
  if (root.change === 'deploy') return deploy === undefined ? 'wrong' : gradeOfRepair(changes, deploy)
  const isOff = (change: Change) => change.key.endsWith(root.entity!) && change.toValue === flag?.fromValue
  return changes.length > 0 && changes.every(isOff) ? 'correct' : 'wrong'
}

/** The key of a release that its patch is about stands by itself in `release.updated`; what the release is for is what it changed too. */
function gradeOfRepair(changes: readonly Change[], deploy: EventData<'release.updated'>): Grade {
  const finalValue = ({ file, key, toValue }: Omit<Change, 'fromValue'>) =>
    changes.findLast(change => change.file === file && change.key === key)?.toValue ?? toValue
  const released: readonly Change[] = [deploy, ...deploy.alsoChanged]
  const isReleased = ({ file, key }: Change) => released.some(one => one.file === file && one.key === key)
  if (finalValue(deploy) !== deploy.fromValue || !changes.every(isReleased)) return 'wrong'
  if (deploy.alsoChanged.every(one => finalValue(one) === one.fromValue)) return 'reverted'
  return deploy.alsoChanged.every(one => finalValue(one) === one.toValue) ? 'correct' : 'wrong'
}
