import { takeLook } from '../looks.ts'
import { besidesRatio, drawBesides, drawElsewhere, growServices } from './elsewhere.ts'
import { type Flow, flow } from './flow.ts'
import { type PodGroup, servingGroups } from './groups.ts'
import { logRequests } from './log-requests.ts'
import { answerDelayMs } from './measure.ts'
import { clearQueues, useResources } from './resources.ts'
import { scrapeUpTo } from './scraping.ts'
import { settleService } from './service-targets.ts'
import { bucketLaw, lawsDiffer } from './subject/bucket-law.ts'
import { type Chances, cellMs, drawCell, drawLoad } from './subject/cell.ts'
import { apportion, growSums, outcomes, settleCell } from './subject/subject-pod.ts'
import { record, show, type World } from './world.ts'
import { expectedRequests, type WorldSetting } from './world-setting.ts'

/** Ends the running cell, at its end: its requests have happened. */
export function endCell(setting: WorldSetting, world: World): void {
  scrapeUpTo(setting, world, world.nowMs)
  if (world.cell === null) return
  for (const pod of world.pods) {
    pod.served += pod.arriving
    pod.arriving = 0
    settleCell(pod)
  }
  for (const service of world.services) settleService(service)
  const { startMs: fromMs, requests, bad, touched } = world.cell
  if (fromMs < setting.plan.horizonMs) record(world, 'truth.cell', { fromMs, requests, bad, touched })
  world.cell = null
}

/** Draws the cell that starts now, with the pods that serve now. */
export function startCell(setting: WorldSetting, world: World): void {
  const { nowMs } = world
  const index = Math.floor(nowMs / cellMs)
  const pods = servingGroups(setting, world, nowMs)
  if (nowMs < setting.plan.horizonMs) recordServing(world, pods)
  const mean = expectedRequests(setting, nowMs, nowMs + cellMs)
  const work = flow(setting, world, pods, nowMs, cellMs)
  const { groups, outcome, shadow } = work
  world.lastFlow = outcome
  clearQueues(world)
  // Where nobody is there, every request comes once and finds that.
  const attempts = groups.length === 0 ? 1 : outcome.attemptsPerSubjectRequest
  const arriving = drawLoad(setting.traffic, index, mean * attempts)
  const elsewhere = drawElsewhere(setting, index, mean * setting.usersPerRequest, outcome, shadow)
  growServices(setting, world, index, outcome)
  let bad = groups.length === 0 ? arriving : 0
  let touched = groups.length === 0 ? arriving * outageTouch(world) : 0
  drawCell(setting.traffic, index, groups, arriving).forEach((drawn, i) => {
    const group = pods[i]!
    world.turns[group.revision] ??= []
    const turns = world.turns[group.revision]!
    apportion(group.members, outcomes.success, drawn.successLatency, turns)
    apportion(group.members, outcomes.error, drawn.errorLatency, turns)
    const buckets = bucketLaw(setting.traffic.bounds, groups[i]!.chances.law)
    if (setting.telemetry.exposition.outcomes.some(({ hasSum }) => hasSum))
      for (const pod of group.members) growSums(pod, buckets.meanS)
    useResources(setting, world, group, drawn, outcome.versions[i]!, groups[i]!.chances.law.shiftS * 1000, buckets)
    logRequests(setting, world, group, drawn, outcome.versions[i]!)
    bad += drawn.bad
    touched += drawn.touched
  })
  // What is sent again, or still waits at the entry, is a request of a user like any other.
  const users = drawLoad(setting.traffic, index, mean)
  const ofUsers = (count: number) => (arriving === 0 ? 0 : Math.round((count * users) / arriving))
  const badOfUsers = ofUsers(bad * feltPart(setting, work))
  const besides = drawBesides(setting, index, users - badOfUsers, outcome, shadow)
  world.cell = {
    startMs: nowMs,
    requests: elsewhere.requests + users,
    bad: elsewhere.bad + badOfUsers + besides.bad,
    touched: elsewhere.touched + Math.min(users, ofUsers(touched) + besides.touched),
  }
}

/** Makes the look that is due, or says that there is none. */
export function look(setting: WorldSetting, world: World): void {
  const { nowMs } = world
  if (nowMs % setting.lookIntervalMs !== 0) return
  // An answer that takes longer than a look is none.
  const isSilent = answerDelayMs(setting.plan.disturbances, nowMs) > setting.lookIntervalMs
  const taken = isSilent ? undefined : takeLook(world.looks, nowMs)
  if (taken === undefined) {
    record(world, 'look.missed', { reason: 'no sample of the subject since the last look' })
    show(world, { t: nowMs, type: 'time.passed' })
    return
  }
  world.looksTaken++
  record(world, 'look.taken', taken)
  show(world, { t: nowMs, type: 'look', look: taken })
}

/** For queues to drain whose cause is gone, and for those to come to rest whose cause is not. */
const drainingMs = 60_000
const settlingMs = 60_000

/** After the horizon no requests count one by one: the expected rates of whoever serves are carried on. */
export function carryOn(setting: WorldSetting, world: World): void {
  const pods = servingGroups(setting, world, Number.POSITIVE_INFINITY)
  recordServing(world, pods)
  const key = `${world.servingKey} ${world.incidentOn}`
  if (key === world.carriedKey) return
  world.carriedKey = key
  const { horizonMs } = setting.plan
  // Queues drain cell by cell, as they would; what drains is not what is carried on.
  for (let ms = 0; ms < drainingMs && world.shadow !== null; ms += cellMs) flow(setting, world, pods, horizonMs, cellMs)
  const work = flow(setting, world, pods, horizonMs, settlingMs)
  const { groups, outcome, shadow } = work
  const perHour = (expectedRequests(setting, horizonMs - cellMs, horizonMs) * 3_600_000) / cellMs
  const serving = groups.reduce((sum, group) => sum + group.pods, 0)
  let badPerHour = serving === 0 ? perHour : 0
  let touchedPerHour = serving === 0 ? perHour * outageTouch(world) : 0
  const besides = besidesRatio(setting, outcome)
  const felt = feltPart(setting, work)
  for (const group of groups) {
    const share = (group.pods / serving) * perHour
    badPerHour += share * (1 - (1 - felt * badRatio(setting, group.chances)) * (1 - besides))
    if (group.chances !== group.shadow) touchedPerHour += share * touchedRatio(setting, group.chances, group.shadow)
  }
  outcome.routes.forEach((route, i) => {
    const { share, touchesSubject } = setting.system.routes[i]!
    if (touchesSubject) return
    const users = perHour * setting.usersPerRequest * share
    badPerHour += users * route.badRatio
    touchedPerHour += users * Math.abs(route.badRatio - shadow.routes[i]!.badRatio)
  })
  record(world, 'truth.carried', { badPerHour, touchedPerHour })
}

/** Part of the subject's bad answers that users feel: those that fail are hidden by callers who call again. */
function feltPart(setting: WorldSetting, { groups, outcome }: Flow): number {
  const { subjectIsRetried, routes } = setting.system
  if (!subjectIsRetried) return 1
  let answers = 0
  let badAnswers = 0
  for (const { pods, chances } of groups) {
    answers += pods
    badAnswers += pods * badRatio(setting, chances)
  }
  if (badAnswers === 0) return 1
  let users = 0
  let badForUsers = 0
  outcome.routes.forEach(({ badRatio: bad, badBesidesSubjectRatio: besides }, i) => {
    const { share, touchesSubject } = routes[i]!
    if (!touchesSubject) return
    users += share
    badForUsers += besides === 1 ? share : share * (1 - (1 - bad) / (1 - besides))
  })
  return users === 0 ? 1 : Math.min(1, Math.max(0, (badForUsers / users) * (answers / badAnswers)))
}

function badRatio({ traffic }: WorldSetting, chances: Chances): number {
  const good = goodRatio(traffic.baseErrorRatio, chances)
  return 1 - good * (1 - bucketLaw(traffic.bounds, chances.law).slowRatio)
}

function goodRatio(baseErrorRatio: number, { dependencyErrorRatio, hangRatio, errorRatio }: Chances): number {
  return (1 - baseErrorRatio) * (1 - dependencyErrorRatio) * (1 - hangRatio) * (1 - errorRatio)
}

/** Share of requests that differ from the shadow's, as `drawCell` counts them. */
function touchedRatio({ traffic }: WorldSetting, chances: Chances, shadow: Chances): number {
  if (lawsDiffer(chances.law, shadow.law)) return 1
  const failing = Math.abs(goodRatio(traffic.baseErrorRatio, shadow) - goodRatio(traffic.baseErrorRatio, chances))
  return Math.min(1, failing + Math.abs(chances.law.tailRatio - shadow.law.tailRatio))
}

function recordServing(world: World, groups: readonly PodGroup[]): void {
  const versions: { podTemplateHash: string; pods: number }[] = []
  for (const { podTemplateHash, pods } of groups) {
    const known = versions.find(one => one.podTemplateHash === podTemplateHash)
    if (known === undefined) versions.push({ podTemplateHash, pods })
    else known.pods += pods
  }
  const key = `pods: ${versions.map(({ podTemplateHash, pods }) => `${podTemplateHash} ${pods}`).join(' ')}`
  if (key === world.servingKey) return
  world.servingKey = key
  record(world, 'traffic.shifted', { versions })
}

/** Whether requests that find no pod are the fault's doing: 1 where pods suffer from it, else 0. */
function outageTouch({ touchedPods }: World): number {
  return touchedPods.length > 0 ? 1 : 0
}
