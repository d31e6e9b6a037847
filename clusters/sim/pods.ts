import type { PodView } from '../../harness/model/observation.ts'
import { drainClusterEvents } from './kubernetes/cluster-events.ts'
import { findPod, type Pod } from './kubernetes/state.ts'
import { routeDelayMs } from './pod-timings.ts'
import { releaseOf } from './releases.ts'
import { discoverPod, forgetPod, scrapeUpTo } from './scraping.ts'
import { latencyModel } from './subject/latency-model.ts'
import { noUsage } from './subject/pod-usage.ts'
import { resetPod } from './subject/subject-pod.ts'
import { type RunningPod, record, show, type World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** Follows the pods that changed: traffic, scrapes and the ground truth go with them. */
export function followPods(setting: WorldSetting, world: World): void {
  const { kubernetes } = world.rollout
  for (const { object, name, reason, message } of drainClusterEvents(kubernetes))
    record(world, 'kubernetes.emitted', { object: `${object}/${name}`, reason, message })
  const changed = kubernetes.changedPods
  if (changed.length === 0) return
  kubernetes.changedPods = []
  scrapeUpTo(setting, world, world.nowMs)
  for (const view of changed) {
    followPod(setting, world, view)
    record(world, 'pod.changed', view)
    show(world, { t: world.nowMs, type: 'pod.changed', pod: view })
  }
}

function followPod(setting: WorldSetting, world: World, view: PodView): void {
  const pod = findPod(world.rollout.kubernetes, view.podTemplateHash, view.name)
  const index = world.pods.findIndex(({ name }) => name === view.name)
  const known = world.pods[index]
  if (view.phase === 'Gone' || view.phase === 'Failed') {
    if (known !== undefined) {
      forgetPod(setting, world, known)
      world.pods.splice(index, 1)
    }
    endTouch(world, view.name)
    return
  }
  if (pod === undefined || view.phase === 'Pending') return
  const running = known ?? start(setting, world, pod)
  const { revision } = running
  if (view.phase === 'Running' && view.ready)
    running.servesFromMs ??= world.nowMs + routeDelayMs(setting.pods, revision, pod.ordinal)
  else running.servesFromMs = null

  const isDown = view.phase === 'Running' && pod.startedMs === null
  if (isDown && !running.down) {
    resetPod(running)
    beginTouch(world, running)
  }
  running.down = isDown
}

function start(setting: WorldSetting, world: World, pod: Pod): RunningPod {
  const { podTemplateHash, name, ordinal } = pod
  const { revision, behaviour } = releaseOf(world, setting.subject.release.variable, podTemplateHash)
  const categories = 2 * setting.exposition.buckets
  const { scrapeInterval } = setting.subject.telemetry
  const offsetMs = setting.scrapeOffsetMs(revision, ordinal)
  const sinceOffset = (((world.nowMs - offsetMs) % scrapeInterval) + scrapeInterval) % scrapeInterval
  const running: RunningPod = {
    name,
    podTemplateHash,
    revision,
    ordinal,
    startedAtMs: world.nowMs,
    meanS: latencyModel(setting.traffic.latencyUpperBoundsS, behaviour.latencyFactor).meanS,
    target: discoverPod(setting, world, name, podTemplateHash),
    nextScrapeMs: world.nowMs + scrapeInterval - sinceOffset,
    counts: new Float64Array(categories),
    growing: new Float64Array(categories),
    exposed: [],
    usage: noUsage,
    servesFromMs: null,
    down: false,
  }
  world.pods.push(running)
  return running
}

/** A pod is touched from its first exit on when its release makes it exit, until it is gone. */
function beginTouch(world: World, pod: RunningPod): void {
  const faulty = world.releases[pod.podTemplateHash]!.behaviour.exitAfterMs !== null
  if (!faulty || world.touchedPods.includes(pod.name)) return
  world.touchedPods.push(pod.name)
  record(world, 'truth.pod', { pod: pod.name, touched: true })
}

function endTouch(world: World, name: string): void {
  const index = world.touchedPods.indexOf(name)
  if (index === -1) return
  world.touchedPods.splice(index, 1)
  record(world, 'truth.pod', { pod: name, touched: false })
}
