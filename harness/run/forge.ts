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
  type Push,
} from './forge/forge.ts'
import { finishPipeline } from './forge/pipeline.ts'
import { nextReviewMs, proceedReview, startReview } from './forge/review.ts'

/** Proposes a change; tests, review, merge and pipeline follow by themselves, whoever proposed it. */
export function openPullRequest(forge: Forge, times: ForgeTimes, proposal: Proposal, nowMs: number): ForgeEvent[] {
  const number = forge.pullRequests.length + 1
  const pullRequest: PullRequest = {
    ...proposal,
    number,
    openedAtMs: nowMs,
    state: 'open',
    review: 'awaited',
    rounds: 0,
    checksPassed: false,
    checksAtMs: null,
    reviewAtMs: null,
  }
  forge.pullRequests.push(pullRequest)
  startReview(forge, times, pullRequest, nowMs)
  const { author, title, change } = proposal
  return [{ type: 'pullRequest.opened', data: { number, author, title, change: against(forge, change) } }]
}

/** Closes a pull request without merging it; one that is not open is left as it is. */
export function closePullRequest(forge: Forge, number: number): ForgeEvent[] {
  const pullRequest = forge.pullRequests.find(one => one.number === number && one.state === 'open')
  if (pullRequest === undefined) return []
  Object.assign(pullRequest, { state: 'closed', checksAtMs: null, reviewAtMs: null })
  return [{ type: 'pullRequest.closed', data: { number } }]
}

/** Commits to the main branch without a review; nothing is built from it. */
export function pushCommit(
  forge: Forge,
  pushed: Pick<Push, 'author' | 'message' | 'change'>,
  nowMs: number,
): ForgeEvent[] {
  return [{ type: 'commit.pushed', data: commit(forge, nowMs, pushed) }]
}

/** Whether a proposal of this author is on its way to the cluster. */
export function isUnderWay(forge: Forge, author: string): boolean {
  return forge.pullRequests.some(
    one =>
      one.author === author && (one.state === 'open' || forge.pipelines.some(({ number }) => number === one.number)),
  )
}

/** When something happens by itself; infinite when nothing does. What lies before the trial happens at its start. */
export function nextForgeMs(forge: Forge): number {
  let nextMs = Math.max(0, forge.pushes[0]?.atMs ?? Infinity)
  for (const pullRequest of forge.pullRequests) nextMs = Math.min(nextMs, nextReviewMs(pullRequest))
  for (const run of forge.pipelines) nextMs = Math.min(nextMs, run.endsAtMs)
  return nextMs
}

/** Called at `nextForgeMs`: everything that is due then. */
export function proceedForge(forge: Forge, times: ForgeTimes, nowMs: number): ForgeEvent[] {
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
  for (const pullRequest of forge.pullRequests)
    if (nextReviewMs(pullRequest) === nowMs) events.push(...proceedReview(forge, times, pullRequest, nowMs))
  return events
}

/** The run of a commit whose end is known. */
function knownRun({ sha, atMs }: Commit, endsAtMs: number): PipelineRun {
  return { sha, number: null, purpose: '', attempt: 0, startedAtMs: atMs, endsAtMs, passes: true }
}
