import { harmless } from '../../harness/model/behaviour.ts'
import type { TimedObservation } from '../../harness/model/observation.ts'
import { encodeRelease } from '../../harness/model/release.ts'
import type { Rollout } from '../manifests/argo-types.ts'
import { currentStep } from './argo/canary-steps.ts'
import type { RolloutEvent } from './argo/events.ts'
import { handleRolloutEvent, type RolloutPorts } from './argo/handle.ts'
import { applyRollout } from './argo/operations.ts'
import type { RolloutState } from './argo/state.ts'
import { rolloutView } from './argo/views.ts'
import { type DisturbanceDue, disturb, scheduleDisturbances } from './disturbances.ts'
import { drawPod } from './draw-pod.ts'
import { followRollout } from './follow-rollout.ts'
import { beginTrouble } from './incidents.ts'
import { createAutoscaler } from './kubernetes/autoscaler.ts'
import { flushLogs, logIntervalMs, markLogs } from './logs.ts'
import { measurePort } from './measure.ts'
import { sampleUsage } from './metrics-server.ts'
import { carryOutOperation, deploy, type OperationEvent } from './operations.ts'
import { followPods, noteOverdue, type PodOverdue } from './pods.ts'
import { probe } from './probe.ts'
import { isProbeDue } from './prober.ts'
import { createQueue, type EventQueue, peek, pop, type QueuedEvent, schedule } from './queue.ts'
import { withPatch } from './release-patch.ts'
import { releaseOf } from './releases.ts'
import { cpuUse, exhaustMemory, type MemoryExhausted } from './resources.ts'
import { discoverOthers, resumeScrapes, scrapeUpTo } from './scraping.ts'
import { cellMs } from './subject/cell.ts'
import { carryOn, endCell, look, startCell } from './traffic.ts'
import { emptyWorld, record, show, type World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'
import { writePast } from './write-past.ts'

/** The first revision is rolled out this long before the trial: longer than its pods need to become Healthy. */
const setUpMs = 300_000

/** Among events of one time, cells and deploys come when everything else has happened. */
const cellPriority = 50
const deployPriority = 60

type WorldEvent =
  | RolloutEvent
  | OperationEvent
  | DisturbanceDue
  | MemoryExhausted
  | PodOverdue
  | (QueuedEvent & { readonly type: 'cell.due' | 'deploy.due' })

/** A world at t = 0: the first revision Healthy, requests flowing, the deploy to come. */
export function createWorld(setting: WorldSetting, analysis: RolloutState['analysis']): World {
  const { plan, subject, parameters } = setting
  const { variable } = subject.release
  const { target, before, intent } = plan.release
  const purpose = intent?.before ?? encodeRelease(harmless, `${plan.seed}/${plan.scenario}`)
  const clean = withPatch(subject.rollout.spec, 'env', variable, purpose)
  const spec = withPatch(clean, target, variable, before)
  const metadata = { ...subject.rollout.metadata, namespace: setting.namespace }
  const rollout: Rollout = { ...subject.rollout, metadata, spec }
  const queue: EventQueue = createQueue()
  const state = applyRollout(
    {
      rollout,
      templates: subject.templates,
      analysis,
      seed: String(plan.seed),
      nodes: Array.from({ length: parameters.kubernetes.nodes.value }, (_, i) => `node-${i + 1}`),
      autoscaler: subject.autoscaler && createAutoscaler(subject.autoscaler, parameters.kubernetes.autoscaler),
    },
    queue,
    -setUpMs,
  )
  const world = emptyWorld(setting, state, queue, -setUpMs)
  discoverOthers(setting, world)
  schedule(world.queue, { t: 0, priority: cellPriority, type: 'cell.due' })
  if (plan.deployAtMs !== null)
    schedule(world.queue, { t: plan.deployAtMs, priority: deployPriority, type: 'deploy.due' })
  while (nextEventMs(world) < 0) advance(setting, world)
  world.nowMs = 0
  scrapeUpTo(setting, world, 0)
  writePast(setting, world)
  beginTrouble(setting, world)
  scheduleDisturbances(setting, world)
  const view = rolloutView(world.rollout)
  if (view.phase !== 'Healthy')
    record(world, 'trial.invalidated', { reason: `the first revision is ${view.phase} at the start` })
  record(world, 'rollout.changed', view)
  show(world, { t: 0, type: 'rollout.changed', rollout: view })
  return world
}

/** When the world's next event is due; infinite when there is none. */
export function nextEventMs(world: World): number {
  return peek(world.queue)?.t ?? Number.POSITIVE_INFINITY
}

/** Takes the next event, and all that follows from it at once. */
export function advance(setting: WorldSetting, world: World): void {
  const event = pop(world.queue) as WorldEvent
  world.nowMs = event.t
  if (event.type === 'cell.due') changeCell(setting, world)
  else if (event.type === 'deploy.due') deploy(setting, world)
  else if (event.type === 'operation.due') carryOutOperation(setting, world, event)
  else if (event.type === 'disturbance.due') disturb(setting, world, event)
  else if (event.type === 'memory.exhausted') exhaustMemory(world, event)
  else if (event.type === 'pod.overdue') noteOverdue(world, event)
  else handleRolloutEvent(world.rollout, event as RolloutEvent, world.queue, ports(setting, world))
  followPods(setting, world)
  followRollout(setting, world)
  if (isAfterHorizon(setting, world)) carryOn(setting, world)
  if (!world.cellsGoOn && isUnderWay(world)) resumeCells(setting, world)
}

/** Whether the rollout stands at a pause that only a person ends: one without a duration, or an Inconclusive analysis. */
export function waitsForPromotion({ rollout }: World): boolean {
  const { pauseConditions } = rollout.status
  const { step } = currentStep(rollout, rollout.status)
  return pauseConditions.some(({ reason }) =>
    reason === 'CanaryPauseStep' ? step?.pause !== undefined && step.pause.duration === undefined : true,
  )
}

/** What an engine may have seen since the last call. */
export function drainObservations(world: World): TimedObservation[] {
  return world.observations.splice(0)
}

function changeCell(setting: WorldSetting, world: World): void {
  endCell(setting, world)
  const { tools, kubernetes } = setting.parameters
  markLogs(world.logs, world.nowMs, tools.logDelay.ms + cellMs)
  const { ms: resolutionMs } = kubernetes.autoscaler.metricsResolution
  world.usageSamples = sampleUsage(world.usageSamples, world.pods, resolutionMs, world.nowMs)
  if (world.nowMs <= setting.plan.horizonMs) look(setting, world)
  world.cellsGoOn = world.nowMs < setting.plan.horizonMs || isUnderWay(world)
  if (!world.cellsGoOn) return
  flushMinute(world)
  startCell(setting, world)
  if (isProbeDue(setting.telemetry.prober, world.nowMs)) probe(setting, world)
  schedule(world.queue, { t: world.nowMs + cellMs, priority: cellPriority, type: 'cell.due' })
}

/**
 * An update is under way: cells go on after the horizon too, as its analysis measures them. Without them whatever is released later would
 * be judged by an empty Prometheus.
 */
function isUnderWay({ rollout }: World): boolean {
  const { phase, currentHash, stableHash, aborted } = rolloutView(rollout)
  return currentHash !== stableHash && !aborted && (phase === 'Progressing' || phase === 'Paused')
}

/** What programs have written in the last minute. */
function flushMinute(world: World): void {
  if (world.nowMs % logIntervalMs !== 0) return
  const written = flushLogs(world.logs, world.nowMs)
  if (written !== undefined) record(world, 'logs.written', written)
}

function resumeCells(setting: WorldSetting, world: World): void {
  world.cellsGoOn = true
  resumeScrapes(setting, world)
  const t = (Math.floor(world.nowMs / cellMs) + 1) * cellMs
  schedule(world.queue, { t, priority: cellPriority, type: 'cell.due' })
}

/** The cells of the time up to the horizon have ended. */
function isAfterHorizon({ plan }: WorldSetting, { nowMs, cell }: World): boolean {
  return nowMs >= plan.horizonMs && (cell === null || cell.startMs >= plan.horizonMs)
}

function ports(setting: WorldSetting, world: World): RolloutPorts {
  return {
    measure: measurePort(setting, world),
    cpuUse: () => cpuUse(setting, world),
    podTimings: pod => {
      const release = releaseOf(world, setting.subject.release.variable, pod.podTemplateHash)
      const { template } = world.rollout.revisions.find(one => one.podTemplateHash === pod.podTemplateHash)!
      const { kubernetes } = setting.parameters
      return drawPod(setting.pods, kubernetes, release, pod, template, setting.namespace)
    },
  }
}
