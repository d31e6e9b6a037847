import { within } from '../../harness/model/trial.ts'
import { takeLook } from '../looks.ts'
import { scrapeUpTo } from './scraping.ts'
import { cellMs, drawCell, drawLoad, type ServingVersion, type TrafficSetting } from './subject/cell.ts'
import { latencyModel } from './subject/latency-model.ts'
import { apportion, outcomes, settleCell } from './subject/subject-pod.ts'
import { type RunningPod, record, show, type World } from './world.ts'
import { dependency, type WorldSetting } from './world-setting.ts'

/** Ends the running cell, at its end: its requests have happened. */
export function endCell(setting: WorldSetting, world: World): void {
  scrapeUpTo(setting, world, world.nowMs)
  if (world.cell === null) return
  for (const pod of world.pods) settleCell(pod)
  const { counts, growing } = world.dependency
  for (const outcome of [0, 1] as const) {
    counts[outcome] += growing[outcome]
    growing[outcome] = 0
  }
  const { startMs: fromMs, requests, bad, touched } = world.cell
  if (fromMs < setting.plan.horizonMs) record(world, 'truth.cell', { fromMs, requests, bad, touched })
  world.cell = null
}

/** Draws the cell that starts now, with the pods that serve now. */
export function startCell(setting: WorldSetting, world: World): void {
  const index = Math.floor(world.nowMs / cellMs)
  const serving = servingVersions(world, world.nowMs)
  if (world.nowMs < setting.plan.horizonMs) recordServing(world, serving)
  const drawn = drawCell(setting.traffic, index, serving, outageRatio(setting, world.nowMs))
  let requests = 0
  let bad = 0
  let touched = 0
  let dependencyErrors = 0
  drawn.forEach((outcome, i) => {
    const { revision, members } = serving[i]!
    world.turns[revision] ??= []
    const turns = world.turns[revision]!
    apportion(members, outcomes.success, outcome.successLatency, turns)
    apportion(members, outcomes.error, outcome.errorLatency, turns)
    requests += outcome.requests
    bad += outcome.bad
    touched += outcome.touched
    dependencyErrors += outcome.dependencyErrors
  })
  if (serving.length === 0) {
    // Nobody answers: all of them fail, and none reaches the dependency.
    const lost = drawLoad(setting.traffic, index)
    world.cell = { startMs: world.nowMs, requests: lost, bad: lost, touched: lost * outageTouch(world) }
    return
  }
  world.dependency.growing[0] = requests - dependencyErrors
  world.dependency.growing[1] = dependencyErrors
  world.cell = { startMs: world.nowMs, requests, bad, touched }
}

/** Counts as if the first revision had served for an hour: pods are not born with the trial. */
export function prefillCounters(setting: WorldSetting, world: World): void {
  const { requestsPerSecond, baseErrorRatio, latencyUpperBoundsS } = setting.traffic
  const perPod = (requestsPerSecond * 3600) / Math.max(1, world.pods.length)
  const { conditional } = latencyModel(latencyUpperBoundsS, 1)
  for (const pod of world.pods) {
    let left = 1
    conditional.forEach((probability, b) => {
      const share = left * probability
      left -= share
      pod.counts[outcomes.success * conditional.length + b] = Math.floor(perPod * (1 - baseErrorRatio) * share)
      pod.counts[outcomes.error * conditional.length + b] = Math.floor(perPod * baseErrorRatio * share)
    })
  }
}

/** Makes the look that is due, or says that there is none. */
export function look(setting: WorldSetting, world: World): void {
  const { nowMs } = world
  if (nowMs % setting.lookIntervalMs !== 0) return
  const taken = within(setting.plan.disturbances.prometheusDown, nowMs) ? undefined : takeLook(world.looks, nowMs)
  if (taken === undefined) {
    record(world, 'look.missed', { reason: 'no sample of the subject since the last look' })
    show(world, { t: nowMs, type: 'time.passed' })
    return
  }
  world.looksTaken++
  record(world, 'look.taken', taken)
  show(world, { t: nowMs, type: 'look', look: taken })
}

/** After the horizon no requests count one by one: the expected rates of whoever serves are carried on. */
export function carryOn(setting: WorldSetting, world: World): void {
  const serving = servingVersions(world, Number.POSITIVE_INFINITY)
  recordServing(world, serving)
  const pods = serving.reduce((sum, version) => sum + version.pods, 0)
  let badShare = pods === 0 ? 1 : 0
  let touchedShare = pods === 0 ? outageTouch(world) : 0
  for (const { pods: ofVersion, behaviour } of serving) {
    const share = ofVersion / pods
    const good = (1 - setting.traffic.baseErrorRatio) * (1 - behaviour.errorRatio)
    badShare += share * (1 - good * (1 - slowShare(setting.traffic, behaviour.latencyFactor)))
    touchedShare +=
      share * (behaviour.latencyFactor === 1 ? (1 - setting.traffic.baseErrorRatio) * behaviour.errorRatio : 1)
  }
  const perHour = setting.traffic.requestsPerSecond * 3600
  const rates = { badPerHour: badShare * perHour, touchedPerHour: touchedShare * perHour }
  const key = `${rates.badPerHour} ${rates.touchedPerHour}`
  if (key === world.carriedKey) return
  world.carriedKey = key
  record(world, 'truth.carried', rates)
}

interface ServingPods extends ServingVersion {
  readonly podTemplateHash: string
  readonly members: readonly RunningPod[]
}

/** In order of revision. */
function servingVersions(world: World, atMs: number): ServingPods[] {
  const versions: (ServingPods & { pods: number; readonly members: RunningPod[] })[] = []
  for (const pod of world.pods) {
    if (pod.servesFromMs === null || pod.servesFromMs > atMs || pod.down) continue
    const { podTemplateHash } = pod
    const known = versions.find(version => version.podTemplateHash === podTemplateHash)
    if (known !== undefined) {
      known.pods = known.members.push(pod)
      continue
    }
    const { revision, behaviour } = world.releases[podTemplateHash]!
    versions.push({ podTemplateHash, members: [pod], pods: 1, revision, behaviour })
  }
  return versions.sort((a, b) => a.revision - b.revision)
}

function recordServing(world: World, serving: readonly ServingPods[]): void {
  let key = 'pods:'
  for (const { podTemplateHash, pods } of serving) key += ` ${podTemplateHash} ${pods}`
  if (key === world.servingKey) return
  world.servingKey = key
  const versions = serving.map(({ podTemplateHash, pods }) => ({ podTemplateHash, pods }))
  record(world, 'traffic.shifted', { versions })
}

/** Whether requests that find no pod are the fault's doing: 1 where pods suffer from it, else 0. */
function outageTouch({ touchedPods }: World): number {
  return touchedPods.length > 0 ? 1 : 0
}

function outageRatio({ plan }: WorldSetting, atMs: number): number {
  const outage = plan.disturbances.services.find(
    one => one.service === dependency && one.fromMs <= atMs && atMs < one.toMs,
  )
  return outage?.errorRatio ?? 0
}

function slowShare({ latencyUpperBoundsS, firstSlowBucket }: TrafficSetting, latencyFactor: number): number {
  return latencyModel(latencyUpperBoundsS, latencyFactor)
    .conditional.slice(0, firstSlowBucket)
    .reduce((share, p) => share * (1 - p), 1)
}
