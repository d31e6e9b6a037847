import type { EventQueue } from '../queue.ts'
import { emitEvent } from './cluster-events.ts'
import { schedulePodStep } from './events.ts'
import { hashOf } from './names.ts'
import { nodeOf } from './nodes.ts'
import type { KubernetesState, Pod } from './state.ts'

/**
 * Delays between attempts to pull an image: 10 s, doubled up to 300 s, counted from the last failure (Kubernetes v1.34, pkg/kubelet/
 * images/image_manager.go, EnsureImageExists; pkg/kubelet/kubelet.go, imageBackOffPeriod, MaxImageBackOff).
 */
const initialBackOffMs = 10_000
const maxBackOffMs = 300_000

/**
 * The kubelet looks at a pod again when it first sees its sandbox run (plegRelistPeriod), and then, where that failed, after 10 to 15 s
 * (pkg/kubelet/pod_workers.go, backOffPeriod, workerBackOffPeriodJitterFactor).
 */
const sandboxSeenMs = 1000
const syncPeriodMs = 10_000
const syncJitterMs = 5000

/** The image is on the node: what is left is to ask the registry whether it is still that one (assumption). */
export const manifestCheckMs = 1000

/** Brings the image of a pod that is on its node. */
export function ensureImage(state: KubernetesState, pod: Pod, nowMs: number, queue: EventQueue): void {
  const { pullMs, container } = pod.timings
  const image = container?.image ?? ''
  pod.pullStartedMs = nowMs
  if (pullMs === null) {
    emit(state, nowMs, pod, 'Normal', 'Pulling', `Pulling image "${image}"`)
    schedulePodStep(queue, pod, 'pullFailed', nowMs + (container?.registryAnswerMs ?? 0))
    return
  }
  const doneMs = pullDoneMs(state, pod, nowMs, pullMs)
  if (doneMs === nowMs) {
    emit(state, nowMs, pod, 'Normal', 'Pulled', `Container image "${image}" already present on machine`)
  } else emit(state, nowMs, pod, 'Normal', 'Pulling', `Pulling image "${image}"`)
  schedulePodStep(queue, pod, 'pulled', doneMs)
}

/** The image is there; says so where it was not before. */
export function noteImage(state: KubernetesState, pod: Pod, nowMs: number): void {
  const { container, pullMs } = pod.timings
  if (container === undefined || pullMs === null || nowMs === pod.pullStartedMs) return
  const waitedMs = nowMs - pod.pullStartedMs
  const ownMs = pullMs === 0 ? waitedMs : Math.min(pullMs, waitedMs)
  const time = `${ownMs / 1000}s (${waitedMs / 1000}s including waiting)`
  const text = `Successfully pulled image "${container.image}" in ${time}. Image size: ${container.imageBytes} bytes.`
  emit(state, nowMs, pod, 'Normal', 'Pulled', text)
}

export function pullFailed(state: KubernetesState, pod: Pod, nowMs: number, queue: EventQueue): void {
  const image = pod.timings.container?.image ?? ''
  const isFirst = pod.pullBackOffMs === 0
  pod.pullBackOffMs = isFirst ? initialBackOffMs : Math.min(2 * pod.pullBackOffMs, maxBackOffMs)
  pod.waitingReason = 'ErrImagePull'
  emit(state, nowMs, pod, 'Warning', 'Failed', `Failed to pull image "${image}": ${notFound(image)}`)
  emit(state, nowMs, pod, 'Warning', 'Failed', 'Error: ErrImagePull')
  const [firstSyncMs, retryMs] = nextSyncs(pod, nowMs, isFirst)
  if (firstSyncMs < retryMs) schedulePodStep(queue, pod, 'pullBackedOff', firstSyncMs)
  schedulePodStep(queue, pod, 'pullRetried', retryMs)
}

export function pullBackedOff(state: KubernetesState, pod: Pod, nowMs: number): void {
  const image = pod.timings.container?.image ?? ''
  pod.waitingReason = 'ImagePullBackOff'
  emit(state, nowMs, pod, 'Normal', 'BackOff', `Back-off pulling image "${image}"`)
  emit(state, nowMs, pod, 'Warning', 'Failed', 'Error: ImagePullBackOff')
}

/** When the kubelet next looks at the pod, and when it finds the back-off to be over. */
function nextSyncs(pod: Pod, failedMs: number, isFirst: boolean): [first: number, retry: number] {
  const period = (sync: number) =>
    syncPeriodMs + (hashOf(`${pod.name}/${pod.pullBackOffMs}/${failedMs}/${sync}`) % syncJitterMs)
  const firstMs = failedMs + (isFirst ? sandboxSeenMs : period(0))
  let retryMs = firstMs
  for (let sync = 1; retryMs < failedMs + pod.pullBackOffMs; sync++) retryMs += period(sync)
  return [firstMs, retryMs]
}

/** When the image is present: a node pulls one image at a time, and each once. */
function pullDoneMs(state: KubernetesState, pod: Pod, nowMs: number, pullMs: number): number {
  const { container } = pod.timings
  if (container === undefined) return nowMs + pullMs
  const presentMs = nowMs + (container.asksRegistry ? manifestCheckMs : 0)
  if (pullMs === 0) return presentMs
  const node = nodeOf(state, pod)
  const known = node.images.find(({ image }) => image === container.image)
  if (known !== undefined && known.presentMs <= nowMs) return presentMs
  const doneMs = Math.max(nowMs, node.pullsUntilMs) + (known === undefined ? pullMs : manifestCheckMs)
  node.pullsUntilMs = doneMs
  if (known === undefined) node.images.push({ image: container.image, presentMs: doneMs })
  return doneMs
}

/** containerd's words, as the kubelet passes them on. */
function notFound(image: string): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
}

function emit(
  state: KubernetesState,
  nowMs: number,
  pod: Pod,
  type: 'Normal' | 'Warning',
  reason: string,
  text: string,
): void {
  if (pod.timings.container !== undefined) emitEvent(state, nowMs, 'Pod', pod.name, type, reason, text)
}
