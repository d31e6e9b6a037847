import type { PodGroup } from './groups.ts'
import { killContainer, setAnswer } from './kubernetes/pod-lifecycle.ts'
import { findPod } from './kubernetes/state.ts'
import { type QueuedEvent, schedule } from './queue.ts'
import type { BucketLaw } from './subject/bucket-law.ts'
import { cellMs, type GroupOutcome } from './subject/cell.ts'
import { withHung } from './subject/in-flight.ts'
import { shareOut } from './subject/subject-pod.ts'
import type { VersionOutcome } from './system/index.ts'
import type { RunningPod, World } from './world.ts'
import type { WorldSetting } from './world-setting.ts'

/** The CPU controller's period (kernel default, cpu.cfs_period_us): the counters of cAdvisor count these. */
export const cpuPeriodMs = 100

/** After what the controllers do at the same time. */
const memoryPriority = 40

/** A process of a pod has no memory left. */
export interface MemoryExhausted extends QueuedEvent {
  readonly type: 'memory.exhausted'
  readonly pod: string
  /** Restarts before the process that it was foreseen for: a later one begins afresh. */
  readonly restarts: number
}

/** What the requests of a cell need of the pods that serve them, each pod an equal part. */
export function useResources(
  setting: WorldSetting,
  world: World,
  { members, pods, behaviour, revision, leakedWorkers }: PodGroup,
  { requests, hung, successLatency, errorLatency }: GroupOutcome,
  { throttledShare, cpuCoresPerPod }: VersionOutcome,
  probeDelayMs: number,
  { meanS }: BucketLaw,
): void {
  const { pod: resources, callerTimeoutMs } = setting
  const { memoryLimitBytes, idleMemoryBytes, workers } = resources
  let busyS = 0
  // Whoever calls gives up in the end.
  const longestS = callerTimeoutMs / 1000
  for (let b = 0; b < meanS.length; b++)
    busyS += (successLatency[b]! + errorLatency[b]!) * Math.min(meanS[b]!, longestS)
  const each = requests / pods
  const periods = cellMs / cpuPeriodMs
  const leakedBytes = behaviour.leakedKiBPerRequest * 1024
  // What workers are lost to, such as connections, a probe does not need.
  const waitedMs = leakedWorkers > 0 ? 0 : probeDelayMs
  const hungOf = shareOut(hung, members, world.turns[revision]!, 2 * meanS.length)
  // By Little's law, the time that requests spent here over the time that passed; those that hang are counted apart.
  const inFlight = (busyS * 1000) / (cellMs * pods)
  const adds = {
    inFlight: 0,
    cpuSeconds: (cpuCoresPerPod * cellMs) / 1000,
    memoryBytes: leakedBytes * each,
    cpuPeriods: periods,
    throttledPeriods: Math.round(periods * throttledShare),
    restarts: 0,
  }
  members.forEach((pod, i) => {
    const { atStart } = pod.usage
    const memoryBytes = idleMemoryBytes + leakedBytes * pod.served
    pod.arriving = each
    if (pod.probeDelayMs !== waitedMs) delayProbes(world, pod, waitedMs)
    atStart.inFlight = inFlight
    atStart.memoryBytes = memoryBytes
    pod.usage.adds = adds
    if (hung > 0 || pod.usage.hung.length > 0)
      pod.usage.hung = withHung(pod.usage.hung, { startMs: world.nowMs, count: hungOf(i), heldMs: callerTimeoutMs })
    pod.usage.stuck = Math.min(workers, Math.floor(behaviour.leakedWorkersPerRequest * pod.served))
    if (leakedBytes > 0 && memoryLimitBytes !== null)
      foreseeExhaustion(world, pod, (memoryLimitBytes - memoryBytes) / (leakedBytes * each))
  })
}

/** A pod that gets no requests any more has answered those that it had: its probes do not wait for them. */
export function clearQueues(world: World): void {
  for (const pod of world.pods) {
    if (pod.servesFromMs !== null || pod.down) continue
    pod.usage.atStart.inFlight = 0
    if (pod.probeDelayMs > 0) delayProbes(world, pod, 0)
  }
}

/** Probes wait in the queue of the requests. */
function delayProbes({ rollout, queue, nowMs }: World, running: RunningPod, probeDelayMs: number): void {
  running.probeDelayMs = probeDelayMs
  const pod = findPod(rollout.kubernetes, running.podTemplateHash, running.name)
  if (pod !== undefined) setAnswer(rollout.kubernetes, pod, { probeDelayMs }, nowMs, queue)
}

/** @param cells until no memory is left. */
function foreseeExhaustion(world: World, pod: RunningPod, cells: number): void {
  if (cells > 1) return
  schedule<MemoryExhausted>(world.queue as never, {
    t: Math.round(world.nowMs + Math.max(0, cells) * cellMs),
    priority: memoryPriority,
    type: 'memory.exhausted',
    pod: pod.name,
    restarts: pod.usage.atStart.restarts,
  })
}

/** The kernel kills the process, if it is still the one that it was foreseen for. */
export function exhaustMemory(world: World, event: MemoryExhausted): void {
  const running = world.pods.find(({ name }) => name === event.pod)
  if (running === undefined || running.down || running.usage.atStart.restarts !== event.restarts) return
  const pod = findPod(world.rollout.kubernetes, running.podTemplateHash, running.name)
  if (pod !== undefined) killContainer(world.rollout.kubernetes, pod, 'OOMKilled', world.nowMs, world.queue)
}

/** By pod, CPU used over CPU requested, as the running cell has it; nobody measures before the trial. */
export function cpuUse({ pod: { cpuRequest } }: WorldSetting, { pods, cell }: World): Record<string, number> {
  if (cpuRequest === null || cell === null) return {}
  const cores = (pod: RunningPod) => (pod.usage.adds.cpuSeconds * 1000) / cellMs
  return Object.fromEntries(pods.filter(({ down }) => !down).map(pod => [pod.name, cores(pod) / cpuRequest]))
}
