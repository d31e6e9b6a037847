import type { ForgeTimes } from '../../model/parameters/forge.ts'
import { commit, type Forge, type ForgeEvent, forgeDelay, forgeHappens, type PullRequest } from './forge.ts'
import { startPipeline } from './pipeline.ts'

/** When the pull request goes on by itself; infinite when it does not. */
export function nextReviewMs({ checksAtMs, reviewAtMs }: PullRequest): number {
  return Math.min(checksAtMs ?? Infinity, reviewAtMs ?? Infinity)
}

/** Tests and review begin, at the opening and again after each change. */
export function startReview(forge: Forge, times: ForgeTimes, pullRequest: PullRequest, nowMs: number): void {
  const { purpose, rounds } = pullRequest
  pullRequest.review = 'awaited'
  pullRequest.checksPassed = false
  pullRequest.checksAtMs = nowMs + forgeDelay(forge, `${purpose}/checks`, times.checks, rounds)
  pullRequest.reviewAtMs = nowMs + reviewMs(forge, times, pullRequest)
}

/** From now on an incident waits for it: a review that has not come does so within the time that it takes then. */
export function hurryReview(forge: Forge, times: ForgeTimes, pullRequest: PullRequest, nowMs: number): void {
  if (pullRequest.state !== 'open' || pullRequest.urgent) return
  pullRequest.urgent = true
  const { review, reviewAtMs } = pullRequest
  if (review === 'awaited' && reviewAtMs !== null)
    pullRequest.reviewAtMs = Math.min(reviewAtMs, nowMs + reviewMs(forge, times, pullRequest))
}

/**
 * Called at `nextReviewMs`.
 * @param isRight whether a proposal of the engine would do any good; undefined for people's, whom their colleagues believe
 */
export function proceedReview(
  forge: Forge,
  times: ForgeTimes,
  pullRequest: PullRequest,
  isRight: boolean | undefined,
  nowMs: number,
): ForgeEvent[] {
  const events: ForgeEvent[] = []
  if (pullRequest.checksAtMs === nowMs) {
    pullRequest.checksAtMs = null
    if (!pullRequest.builds) return [close(pullRequest)]
    pullRequest.checksPassed = true
  }
  if (pullRequest.reviewAtMs === nowMs) {
    pullRequest.reviewAtMs = null
    if (pullRequest.review === 'changes requested') startReview(forge, times, pullRequest, nowMs)
    else events.push(...review(forge, times, pullRequest, isRight, nowMs))
  }
  if (pullRequest.checksPassed && pullRequest.review === 'approved')
    events.push(...merge(forge, times, pullRequest, nowMs))
  return events
}

/** It will not be merged. */
export function close(pullRequest: PullRequest): ForgeEvent {
  Object.assign(pullRequest, { state: 'closed', checksAtMs: null, reviewAtMs: null })
  return { type: 'pullRequest.closed', data: { number: pullRequest.number } }
}

function reviewMs(forge: Forge, { review }: ForgeTimes, { purpose, rounds, urgent }: PullRequest): number {
  const law = urgent ? review.incident : review.normal
  return Math.min(review.longest.ms, forgeDelay(forge, `${purpose}/review`, law, rounds))
}

function review(
  forge: Forge,
  times: ForgeTimes,
  pullRequest: PullRequest,
  isRight: boolean | undefined,
  nowMs: number,
): ForgeEvent[] {
  const { number, purpose } = pullRequest
  const turn = pullRequest.rounds++
  const reviewed = (approved: boolean, message: string): ForgeEvent => ({
    type: 'pullRequest.reviewed',
    data: { number, approved, message },
  })
  if (isRight !== undefined && isRight === misjudges(forge, times, pullRequest, isRight)) {
    return [reviewed(false, 'This is not what is wrong'), close(pullRequest)]
  }
  const approved = !forgeHappens(forge, `${purpose}/changes requested`, times.changesRequested, turn)
  pullRequest.review = approved ? 'approved' : 'changes requested'
  if (approved) return [reviewed(true, 'Looks good to me')]
  pullRequest.reviewAtMs = nowMs + forgeDelay(forge, `${purpose}/rework`, times.rework, turn)
  return [reviewed(false, 'One more thing before this can go in')]
}

/** One opinion of a proposal, however often it is looked at. */
function misjudges(forge: Forge, { review }: ForgeTimes, { purpose }: PullRequest, isRight: boolean): boolean {
  return forgeHappens(forge, `${purpose}/misjudged`, isRight ? review.refusesRight : review.acceptsWrong, 0)
}

function merge(forge: Forge, times: ForgeTimes, pullRequest: PullRequest, nowMs: number): ForgeEvent[] {
  const { number, author, title, changes, purpose } = pullRequest
  pullRequest.state = 'merged'
  const made = commit(forge, nowMs, { author, message: `${title} (#${number})`, changes })
  const { file } = changes[0]!
  startPipeline(forge, times, { sha: made.sha, number, purpose, file, attempt: 0, isBuilt: false }, nowMs)
  return [
    { type: 'pullRequest.merged', data: { number, sha: made.sha } },
    { type: 'commit.pushed', data: made },
  ]
}
