import { createHash } from 'node:crypto'
import type { LognormalTime, Share } from '../../model/parameters/entries.ts'
import { lognormalQuantile } from '../../stats/quantiles.ts'
import { streamKey, uniform3 } from '../../stats/uniform.ts'

/** A key of a file that has another value now. */
export interface Change {
  readonly file: string
  readonly key: string
  readonly fromValue: string
  readonly toValue: string
}

export interface Commit {
  /** 40 hexadecimal digits. */
  readonly sha: string
  readonly author: string
  readonly message: string
  /** Before 0 for what was committed before the trial. */
  readonly atMs: number
  readonly changes: readonly Change[]
}

/** What the forge is asked for: a change, who wants it, and what it is for. */
export interface Proposal {
  readonly author: string
  readonly title: string
  readonly change: Omit<Change, 'fromValue'>
  /** Names the proposal among those of its author; draws are keyed by it. */
  readonly purpose: string
  /** Reviewers hurry while an incident is open. */
  readonly urgent: boolean
}

export interface PullRequest extends Proposal {
  readonly number: number
  readonly openedAtMs: number
  state: 'open' | 'merged' | 'closed'
  review: 'awaited' | 'approved' | 'changes requested'
  /** Rounds of review that are over. */
  rounds: number
  checksPassed: boolean
  checksAtMs: number | null
  /** When the review comes, or the author has done what it asks for. */
  reviewAtMs: number | null
}

/** Builds a commit of the main branch and brings it to the cluster. */
export interface PipelineRun {
  readonly sha: string
  /** The pull request that it came with; null for a commit without one. */
  readonly number: number | null
  /** As of the pull request. */
  readonly purpose: string
  readonly attempt: number
  readonly startedAtMs: number
  readonly endsAtMs: number
  readonly passes: boolean
}

/** A commit that is known to come. */
export interface Push {
  readonly atMs: number
  readonly author: string
  readonly message: string
  readonly change: Omit<Change, 'fromValue'>
  /** When the pipeline has brought it to the cluster; null where it goes elsewhere. */
  readonly livesAtMs: number | null
}

/** A forge with one repository: its files, their history, what is proposed, and the pipeline. Plain data, cloned by `cloneForge`. */
export interface Forge {
  readonly seed: number
  readonly scenario: string
  readonly files: Record<string, Record<string, string>>
  readonly commits: Commit[]
  readonly pullRequests: PullRequest[]
  pipelines: PipelineRun[]
  pushes: Push[]
}

/** What happened at the forge, as the log has it. */
export type ForgeEvent =
  | { readonly type: 'commit.pushed'; readonly data: Commit }
  | {
      readonly type: 'pullRequest.opened'
      readonly data: {
        readonly number: number
        readonly author: string
        readonly title: string
        readonly change: Change
      }
    }
  | {
      readonly type: 'pullRequest.reviewed'
      readonly data: { readonly number: number; readonly approved: boolean; readonly message: string }
    }
  | { readonly type: 'pullRequest.merged'; readonly data: { readonly number: number; readonly sha: string } }
  | { readonly type: 'pullRequest.closed'; readonly data: { readonly number: number } }
  | {
      readonly type: 'pipeline.finished'
      readonly data: {
        readonly sha: string
        readonly number: number | null
        readonly attempt: number
        readonly ok: boolean
        readonly startedMs: number
      }
    }

/** @param files values by key, by file, before anything that `pushes` change */
export function createForge(
  seed: number,
  scenario: string,
  files: Readonly<Record<string, Readonly<Record<string, string>>>>,
  pushes: readonly Push[],
): Forge {
  return {
    seed,
    scenario,
    files: copyFiles(files),
    commits: [],
    pullRequests: [],
    pipelines: [],
    pushes: pushes.toSorted((a, b) => a.atMs - b.atMs),
  }
}

/** A forge that goes its own way from here. Commits, runs and pushes are never changed and are shared. */
export function cloneForge(forge: Forge): Forge {
  return {
    ...forge,
    files: copyFiles(forge.files),
    commits: forge.commits.slice(),
    pullRequests: forge.pullRequests.map(one => ({ ...one })),
    pipelines: forge.pipelines.slice(),
    pushes: forge.pushes.slice(),
  }
}

/** The change as it comes to what the files hold now. */
export function against({ files }: Forge, change: Omit<Change, 'fromValue'>): Change {
  const { file, key, toValue } = change
  return { file, key, fromValue: files[file]?.[key] ?? '', toValue }
}

/** Commits to the main branch. The sha depends on the author and on which of their commits it is, not on those of others. */
export function commit(
  forge: Forge,
  atMs: number,
  { author, message, change }: Pick<Push, 'author' | 'message' | 'change'>,
): Commit {
  const own = forge.commits.filter(one => one.author === author).length
  const text = JSON.stringify([forge.seed, forge.scenario, author, own])
  const sha = createHash('sha256').update(text).digest('hex').slice(0, 40)
  const made = { sha, author, message, atMs, changes: [against(forge, change)] }
  forge.commits.push(made)
  forge.files[change.file] = { ...forge.files[change.file], [change.key]: change.toValue }
  return made
}

/** In ms. @param turn which draw of its kind */
export function forgeDelay(forge: Forge, what: string, law: LognormalTime, turn: number): number {
  return Math.round(lognormalQuantile(draw(forge, what, turn), law.medianMs, law.sigma))
}

export function forgeHappens(forge: Forge, what: string, { share }: Share, turn: number): boolean {
  return draw(forge, `${what}?`, turn) < share
}

function draw({ seed, scenario }: Forge, what: string, turn: number): number {
  return uniform3(streamKey(seed, scenario, `forge/${what}`), turn, 0, 0)
}

function copyFiles(files: Readonly<Record<string, Readonly<Record<string, string>>>>): Forge['files'] {
  return Object.fromEntries(Object.entries(files).map(([file, values]) => [file, { ...values }]))
}
