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

/** A change as somebody wants it, whatever the key holds. */
export type WantedChange = Omit<Change, 'fromValue'>

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
  readonly description: string
  /** Keys of one file. */
  readonly changes: readonly WantedChange[]
  /** Names the proposal among all; draws are keyed by it. */
  readonly purpose: string
  /** Reviewers hurry while an incident is open. */
  readonly urgent: boolean
  /** The effect of the engine that it comes from; null where a person proposes it. */
  readonly effectId: string | null
  /** Whether the tests pass in the end; where they never do it is closed. */
  readonly builds: boolean
}

export interface PullRequest extends Omit<Proposal, 'urgent'> {
  readonly number: number
  readonly openedAtMs: number
  urgent: boolean
  state: 'open' | 'merged' | 'closed'
  review: 'awaited' | 'approved' | 'changes requested'
  /** Rounds of review that are over. */
  rounds: number
  checksPassed: boolean
  checksAtMs: number | null
  /** When the review comes, or the author has done what it asks for. */
  reviewAtMs: number | null
  /** The cluster has got it. */
  released: boolean
}

/** Builds a commit of the main branch and brings it to the cluster. */
export interface PipelineRun {
  readonly sha: string
  /** The pull request that it came with; null for a commit without one, and for a release of what was built before. */
  readonly number: number | null
  /** As of the pull request; empty for what was pushed without one. */
  readonly purpose: string
  /** The file that it was started for, and what that holds on the main branch. */
  readonly file: string
  readonly contents: Readonly<Record<string, string>>
  /** What it does: it builds an image and releases that, releases again what is built, or switches flags. */
  readonly kind: 'build' | 'release' | 'flags'
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
  readonly changes: readonly WantedChange[]
  /** When the pipeline has brought it to the cluster; null where it goes elsewhere. */
  readonly livesAtMs: number | null
}

/** Holds the flags' values as they are to be. */
export const flagsFile = 'flags.yaml'

/** A forge with one repository: its files, their history, what is proposed, and the pipeline. Plain data, cloned by `cloneForge`. */
export interface Forge {
  readonly seed: number
  readonly scenario: string
  readonly files: Record<string, Record<string, string>>
  readonly commits: Commit[]
  readonly pullRequests: PullRequest[]
  pipelines: PipelineRun[]
  pushes: Push[]
  /** How often something was released that had been before. */
  releasesAgain: number
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
        readonly description: string
        readonly changes: readonly Change[]
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
    releasesAgain: 0,
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
export function against({ files }: Forge, { file, key, toValue }: WantedChange): Change {
  return { file, key, fromValue: files[file]?.[key] ?? '', toValue }
}

/** What a file holds with some changes made. */
export function fileWith({ files }: Forge, file: string, changes: readonly WantedChange[]): Record<string, string> {
  const own = changes.filter(one => one.file === file)
  return { ...files[file], ...Object.fromEntries(own.map(({ key, toValue }) => [key, toValue])) }
}

/** The name of the next proposal of a kind. */
export function nextPurpose({ pullRequests }: Forge, kind: string): string {
  return `${kind} ${pullRequests.filter(({ purpose }) => purpose.startsWith(`${kind} `)).length + 1}`
}

/** Commits to the main branch. The sha depends on the author and on which of their commits it is, not on those of others. */
export function commit(
  forge: Forge,
  atMs: number,
  { author, message, changes }: Pick<Push, 'author' | 'message' | 'changes'>,
): Commit {
  const own = forge.commits.filter(one => one.author === author).length
  const text = JSON.stringify([forge.seed, forge.scenario, author, own])
  const sha = createHash('sha256').update(text).digest('hex').slice(0, 40)
  const made = { sha, author, message, atMs, changes: changes.map(change => against(forge, change)) }
  forge.commits.push(made)
  for (const { file } of changes) forge.files[file] = fileWith(forge, file, changes)
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
