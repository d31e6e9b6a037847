import type { PodView } from '../../harness/model/observation.ts'
import { routeDelayMs } from './draw-pod.ts'
import { isFaulty } from './groups.ts'
import { drainClusterEvents } from './kubernetes/cluster-events.ts'
import { setAnswer } from './kubernetes/pod-lifecycle.ts'
import { findPod, type Pod } from './kubernetes/state.ts'
import { addLog, type LogLevel, logMessages } from './logs.ts'
import { type QueuedEvent, schedule } from './queue.ts'
import { releaseOf } from './releases.ts'
import { discoverPod, forgetPod, scrapeUpTo } from './scraping.ts'
import { cellMs } from './subject/cell.ts'
import { createUsage } from './subject/pod-usage.ts'
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
  if (pod === undefined) return
  if (view.phase === 'Pending') {
    // Its shadow's image and configuration are there.
    const { imageExists, configExists } = releaseOf(world, setting.subject.release.variable, view.podTemplateHash)
    if ((!imageExists || !configExists) && brokenReferences.includes(view.waitingReason)) beginTouch(world, view.name)
    return
  }
  const running = known ?? start(setting, world, pod)
  if (view.phase === 'Running' && view.ready) {
    const { kubernetes } = setting.parameters
    running.servesFromMs ??= world.nowMs + routeDelayMs(setting.pods, kubernetes, running.revision, pod.ordinal)
    endTouch(world, view.name)
  } else stopServing(world, running, view)

  const isDown = view.phase === 'Running' && pod.startedMs === null
  if (isDown && !running.down) exit(setting, world, running, pod)
  running.down = isDown
}

/** A pod that goes on running is not Ready because of the fault, where the services differ from their shadow. */
function stopServing(world: World, running: RunningPod, { phase }: PodView): void {
  if (running.servesFromMs === null) return
  running.servesFromMs = null
  running.hasServed ||= running.served + running.arriving > 0
  if (phase === 'Running' && !running.sick && world.shadow !== null) beginTouch(world, running.name)
}

const brokenReferences = ['ErrImagePull', 'ImagePullBackOff', 'CreateContainerConfigError']

/** The process of a pod has ended. */
function exit(setting: WorldSetting, world: World, running: RunningPod, pod: Pod): void {
  const byFault = !running.sick && (world.shadow !== null || isVersionFaulty(setting, world, running.podTemplateHash))
  if (byFault) beginTouch(world, running.name)
  loseRequests(setting, world, running, byFault)
  const [level, message] = lastWords(pod)
  addLog(world.logs, setting.topology.subject, running.podTemplateHash, level, message, 1)
  resetPod(running)
  running.served = 0
  running.arriving = 0
  if (running.sick || running.probeDelayMs > 0)
    setAnswer(world.rollout.kubernetes, pod, { answer: 'up', probeDelayMs: 0 }, world.nowMs, world.queue)
  running.sick = false
  running.probeDelayMs = 0
}

/** A process that the kubelet stops for its probes obeys and drains. */
function lastWords({ lastTerminationReason }: Pod): [LogLevel, string] {
  if (lastTerminationReason === 'Completed') return ['info', logMessages.stopping]
  return ['fatal', lastTerminationReason === 'OOMKilled' ? logMessages.outOfMemory : logMessages.exited]
}

/** What the rest of the cell would have brought the pod finds nobody; what was slow or touched anyway counts once. */
function loseRequests(
  { traffic }: WorldSetting,
  { cell, nowMs }: World,
  { growing }: RunningPod,
  byFault: boolean,
): void {
  if (cell === null) return
  const rest = 1 - Math.min(1, (nowMs - cell.startMs) / cellMs)
  let fast = 0
  let answered = 0
  for (let b = 0; b < growing.length / 2; b++) {
    answered += growing[b]!
    if (b < traffic.bounds.firstSlowBucket) fast += growing[b]!
  }
  cell.bad = Math.min(cell.requests, cell.bad + Math.floor(fast * rest))
  if (byFault) cell.touched = Math.min(cell.requests, cell.touched + Math.floor(answered * rest))
}

function isVersionFaulty({ plan }: WorldSetting, world: World, podTemplateHash: string): boolean {
  const { behaviour, imageExists, configExists, probePathExists } = world.releases[podTemplateHash]!
  // In a trial without the fault its flag goes on all the same, and does nothing.
  const hasIncident = world.incidentOn && plan.incident !== null && isFaulty(plan.incident)
  return isFaulty({ behaviour }) || !imageExists || !configExists || !probePathExists || hasIncident
}

function start(setting: WorldSetting, world: World, pod: Pod): RunningPod {
  const { podTemplateHash, name, ordinal } = pod
  const { revision, probePathExists } = releaseOf(world, setting.subject.release.variable, podTemplateHash)
  const categories = 2 * setting.telemetry.exposition.buckets
  const running: RunningPod = {
    name,
    podTemplateHash,
    revision,
    ordinal,
    startedAtMs: world.nowMs,
    ...discoverPod(setting, world, { name, podTemplateHash, revision, ordinal }, pod.ip),
    counts: new Float64Array(categories),
    growing: new Float64Array(categories),
    sumS: [0, 0],
    growingS: [0, 0],
    exposed: [],
    usage: createUsage(),
    servesFromMs: null,
    down: false,
    hasServed: false,
    sick: false,
    probeDelayMs: 0,
    served: 0,
    arriving: 0,
  }
  world.pods.push(running)
  if (!probePathExists) scheduleOverdue(world, pod)
  return running
}

/** A pod that should have become Ready by now. */
export interface PodOverdue extends QueuedEvent {
  readonly type: 'pod.overdue'
  readonly pod: string
}

const overduePriority = 45

/** A pod whose probe asks for the wrong path differs from its shadow from the probe on that finds the application started. */
function scheduleOverdue({ queue, nowMs }: World, { name, admittedMs, timings }: Pod): void {
  const { applicationStartMs, probes } = timings.container!
  const { initialDelayMs, periodMs } = probes.readiness!
  const earliestMs = nowMs + Math.max(initialDelayMs, applicationStartMs)
  const t = admittedMs + Math.ceil((earliestMs - admittedMs) / periodMs) * periodMs
  schedule<PodOverdue>(queue as never, { t, priority: overduePriority, type: 'pod.overdue', pod: name })
}

export function noteOverdue(world: World, { pod }: PodOverdue): void {
  const running = world.pods.find(({ name }) => name === pod)
  if (running !== undefined && running.servesFromMs === null) beginTouch(world, pod)
}

/** A pod is touched while it does not run as it would without the fault. */
function beginTouch(world: World, pod: string): void {
  if (world.touchedPods.includes(pod)) return
  world.touchedPods.push(pod)
  record(world, 'truth.pod', { pod, touched: true })
}

function endTouch(world: World, name: string): void {
  const index = world.touchedPods.indexOf(name)
  if (index === -1) return
  world.touchedPods.splice(index, 1)
  record(world, 'truth.pod', { pod: name, touched: false })
}
