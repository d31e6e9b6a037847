import type { PodView } from '../../harness/model/observation.ts'
import type { KubernetesEvent } from '../../harness/model/tool.ts'

/** What the pods of a version show, by the words of Kubernetes. Numbers are of pods. */
export interface PodSigns {
  readonly pods: number
  readonly ready: number
  readonly pullFails: number
  readonly configMissing: number
  /** The readiness probe is answered with 404. */
  readonly probeNotFound: number
  /** It is answered with another code or not at all. */
  readonly probeFails: number
  /** A process ended by itself with an error. */
  readonly crashed: number
  readonly outOfMemory: number
  /** The kubelet killed a process because of its liveness probe. */
  readonly livenessKilled: number
  /** The one pod that is not ready or was restarted, while all others are well; empty: not one. */
  readonly onlyUnwell: string
}

/** Waiting reasons and event reasons of Kubernetes v1.34 (pkg/kubelet/images/types.go, pkg/kubelet/container/sync_result.go, pkg/kubelet/events). */
const pullReasons = ['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'ImageInspectError']

/**
 * @param views of the version's pods at several times; a pod shows what it showed at any of them, and is ready by the last.
 * @param events only those of these pods count; a message counts by its opening words alone.
 */
export function podSigns(views: readonly PodView[], events: readonly KubernetesEvent[]): PodSigns {
  const names = [...new Set(views.map(({ name }) => name))].toSorted()
  const count = (picks: (name: string, own: readonly PodView[], told: readonly KubernetesEvent[]) => boolean) =>
    names.filter(name => picks(name, viewsOf(name), told(name))).length
  const viewsOf = (name: string) => views.filter(view => view.name === name)
  const told = (name: string) => events.filter(({ object }) => object === `Pod/${name}`)
  const isReady = (name: string) => viewsOf(name).at(-1)!.ready
  const unwell = names.filter(name => {
    const last = viewsOf(name).at(-1)!
    const lives = last.phase === 'Running'
    return (
      lives &&
      ((!last.ready && viewsOf(name).some(({ ready }) => ready)) || last.restarts > 0 || told(name).some(isUnavailable))
    )
  })
  return {
    pods: names.length,
    ready: names.filter(isReady).length,
    pullFails: count(
      (_, own, said) =>
        own.some(({ waitingReason }) => pullReasons.includes(waitingReason)) ||
        said.some(
          ({ reason, message }) =>
            reason === 'Failed' && /^(Failed to pull image|Error: (ErrImagePull|ImagePullBackOff)$)/.test(message),
        ),
    ),
    configMissing: count(
      (_, own, said) =>
        own.some(({ waitingReason }) => waitingReason === 'CreateContainerConfigError') ||
        said.some(({ reason, message }) => reason === 'Failed' && /^Error: couldn't find key /.test(message)),
    ),
    probeNotFound: count((_, __, said) => said.some(isNotFound)),
    probeFails: count((_, __, said) => said.some(one => isReadinessFailure(one) && !isNotFound(one))),
    crashed: count((_, own) =>
      own.some(
        pod =>
          pod.restarts + Number(pod.waitingReason === 'CrashLoopBackOff') > 0 && pod.lastTerminationReason === 'Error',
      ),
    ),
    outOfMemory: count((_, own) => own.some(({ lastTerminationReason }) => lastTerminationReason === 'OOMKilled')),
    livenessKilled: count((_, __, said) =>
      said.some(
        ({ reason, message }) => reason === 'Killing' && /^Container \S+ failed (liveness|startup) probe/.test(message),
      ),
    ),
    onlyUnwell: unwell.length === 1 && names.length > 1 ? unwell[0]! : '',
  }
}

function isReadinessFailure({ reason, message }: KubernetesEvent): boolean {
  return reason === 'Unhealthy' && message.startsWith('Readiness probe failed: ')
}

function isNotFound(event: KubernetesEvent): boolean {
  return (
    isReadinessFailure(event) && /^Readiness probe failed: HTTP probe failed with statuscode: 404\b/.test(event.message)
  )
}

function isUnavailable(event: KubernetesEvent): boolean {
  return (
    isReadinessFailure(event) &&
    /^Readiness probe failed: HTTP probe failed with statuscode: 5\d\d\b/.test(event.message)
  )
}
