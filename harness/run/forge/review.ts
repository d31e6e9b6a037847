import type { ForgeTimes } from '../../model/parameters/forge.ts'
import { commit, type Forge, type ForgeEvent, forgeDelay, forgeHappens, type PullRequest } from './forge.ts'
import { startPipeline } from './pipeline.ts'

/** When the pull request goes on by itself; infinite when it does not. */
export function nextReviewMs({ checksAtMs, reviewAtMs }: PullRequest): number {
  return Math.min(checksAtMs ?? Infinity, reviewAtMs ?? Infinity)
}

/** Tests and review begin, at the opening and again after each change. */
export function startReview(forge: Forge, times: ForgeTimes, pullRequest: PullRequest, nowMs: number): void {
  const { review } = times
  const { purpose, rounds, urgent } = pullRequest
  const law = urgent ? review.incident : review.normal
  pullRequest.review = 'awaited'
  pullRequest.checksPassed = false
  pullRequest.checksAtMs = nowMs + forgeDelay(forge, `${purpose}/checks`, times.checks, rounds)
  const reviewMs = Math.min(review.longest.ms, forgeDelay(forge, `${purpose}/review`, law, rounds))
  pullRequest.reviewAtMs = nowMs + reviewMs
}

/** Called at `nextReviewMs`. */
export function proceedReview(forge: Forge, times: ForgeTimes, pullRequest: PullRequest, nowMs: number): ForgeEvent[] {
  const events: ForgeEvent[] = []
  if (pullRequest.checksAtMs === nowMs) {
    pullRequest.checksAtMs = null
    pullRequest.checksPassed = true
  }
  if (pullRequest.reviewAtMs === nowMs) {
    pullRequest.reviewAtMs = null
    if (pullRequest.review === 'changes requested') startReview(forge, times, pullRequest, nowMs)
    else events.push(review(forge, times, pullRequest, nowMs))
  }
  if (pullRequest.checksPassed && pullRequest.review === 'approved')
    events.push(...merge(forge, times, pullRequest, nowMs))
  return events
}

function review(forge: Forge, times: ForgeTimes, pullRequest: PullRequest, nowMs: number): ForgeEvent {
  const { number, purpose } = pullRequest
  const turn = pullRequest.rounds++
  const approved = !forgeHappens(forge, `${purpose}/changes requested`, times.changesRequested, turn)
  pullRequest.review = approved ? 'approved' : 'changes requested'
  if (!approved) pullRequest.reviewAtMs = nowMs + forgeDelay(forge, `${purpose}/rework`, times.rework, turn)
  const message = approved ? 'Looks good to me' : 'One more thing before this can go in'
  return { type: 'pullRequest.reviewed', data: { number, approved, message } }
}

function merge(forge: Forge, times: ForgeTimes, pullRequest: PullRequest, nowMs: number): ForgeEvent[] {
  const { number, author, title, change, purpose } = pullRequest
  pullRequest.state = 'merged'
  const made = commit(forge, nowMs, { author, message: `${title} (#${number})`, change })
  startPipeline(forge, times, { sha: made.sha, number, purpose, attempt: 0 }, nowMs)
  return [
    { type: 'pullRequest.merged', data: { number, sha: made.sha } },
    { type: 'commit.pushed', data: made },
  ]
}
