import type { ForgeTimes } from '../model/parameters/forge.ts'
import {
  against,
  type Commit,
  commit,
  type Forge,
  type ForgeEvent,
  type PipelineRun,
  type Proposal,
  type PullRequest,
} from './forge/forge.ts'
import { finishPipeline, startPipeline } from './forge/pipeline.ts'
import { close, hurryReview, nextReviewMs, proceedReview, startReview } from './forge/review.ts'

/** Proposes a change; tests, review, merge and pipeline follow by themselves, whoever proposed it. */
export function openPullRequest(
  forge: Forge,
  times: ForgeTimes,
  { urgent, ...proposal }: Proposal,
  nowMs: number,
): ForgeEvent & { readonly type: 'pullRequest.opened' } {
  const number = forge.pullRequests.length + 1
  const pullRequest: PullRequest = {
    ...proposal,
    urgent,
    number,
    openedAtMs: nowMs,
    state: 'open',
    review: 'awaited',
    rounds: 0,
    checksPassed: false,
    checksAtMs: null,
    reviewAtMs: null,
    released: false,
  }
  forge.pullRequests.push(pullRequest)
  startReview(forge, times, pullRequest, nowMs)
  const { author, title, description } = proposal
  const changes = proposal.changes.map(change => against(forge, change))
  return { type: 'pullRequest.opened', data: { number, author, title, description, changes } }
}

/** Closes a pull request without merging it; one that is not open is left as it is. */
export function closePullRequest(forge: Forge, number: number): ForgeEvent[] {
  const pullRequest = forge.pullRequests.find(one => one.number === number && one.state === 'open')
  return pullRequest === undefined ? [] : [close(pullRequest)]
}

/** An incident waits for what an engine has proposed. */
export function hurryReviews(forge: Forge, times: ForgeTimes, nowMs: number): void {
  for (const pullRequest of forge.pullRequests)
    if (pullRequest.effectId !== null) hurryReview(forge, times, pullRequest, nowMs)
}

/** Releases again what a file holds on the main branch: it is reviewed and built. */
export function releaseAgain(forge: Forge, times: ForgeTimes, file: string, nowMs: number): void {
  const purpose = `again ${++forge.releasesAgain}`
  const { sha } = forge.commits.findLast(({ changes }) => changes.some(change => change.file === file))!
  startPipeline(forge, times, { sha, number: null, purpose, file, attempt: 0, isBuilt: true }, nowMs)
}

/** Runs of what was proposed, or is to be released again. */
export function pipelinesOf(forge: Forge, file: string): PipelineRun[] {
  return forge.pipelines.filter(run => run.file === file && run.purpose !== '')
}

/** When something happens by itself; infinite when nothing does. What lies before the trial happens at its start. */
export function nextForgeMs(forge: Forge): number {
  let nextMs = Math.max(0, forge.pushes[0]?.atMs ?? Infinity)
  for (const pullRequest of forge.pullRequests) nextMs = Math.min(nextMs, nextReviewMs(pullRequest))
  for (const run of forge.pipelines) nextMs = Math.min(nextMs, run.endsAtMs)
  return nextMs
}

/**
 * Called at `nextForgeMs`: everything that is due then.
 * @param isRight whether a proposal of the engine would do any good
 */
export function proceedForge(
  forge: Forge,
  times: ForgeTimes,
  nowMs: number,
  isRight: (pullRequest: PullRequest) => boolean,
): ForgeEvent[] {
  const events: ForgeEvent[] = []
  const due = forge.pushes.filter(({ atMs }) => atMs <= nowMs)
  forge.pushes = forge.pushes.slice(due.length)
  for (const push of due) {
    const made = commit(forge, push.atMs, push)
    events.push({ type: 'commit.pushed', data: made })
    if (push.livesAtMs !== null) forge.pipelines.push(knownRun(made, push.livesAtMs))
  }
  for (const run of forge.pipelines.filter(({ endsAtMs }) => endsAtMs === nowMs))
    events.push(finishPipeline(forge, times, run, nowMs))
  for (const pullRequest of forge.pullRequests) {
    if (nextReviewMs(pullRequest) !== nowMs) continue
    const opinion = pullRequest.effectId === null ? undefined : isRight(pullRequest)
    events.push(...proceedReview(forge, times, pullRequest, opinion, nowMs))
  }
  return events
}

/** The run of a commit whose end is known. */
function knownRun({ sha, atMs, changes }: Commit, endsAtMs: number): PipelineRun {
  const { file } = changes[0]!
  const rest = { number: null, purpose: '', file, contents: {}, kind: 'build' as const, attempt: 0, passes: true }
  return { ...rest, sha, startedAtMs: atMs, endsAtMs }
}
