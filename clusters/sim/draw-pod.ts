import type { Behaviour } from '../../harness/model/behaviour.ts'
import type { LognormalTime } from '../../harness/model/parameters/entries.ts'
import type { KubernetesParameters } from '../../harness/model/parameters/kubernetes.ts'
import { lognormalQuantile } from '../../harness/stats/quantiles.ts'
import { type StreamKey, streamKey, uniform3 } from '../../harness/stats/uniform.ts'
import type { PodTemplateSpec } from '../manifests/argo-types.ts'
import { describeContainer, missingKeyError } from './kubernetes/container-facts.ts'
import type { PodIdentity, PodTimings } from './kubernetes/state.ts'

export interface PodNoise {
  readonly schedule: StreamKey
  readonly start: StreamKey
  readonly initContainer: StreamKey
  readonly application: StreamKey
  readonly route: StreamKey
  readonly terminate: StreamKey
  readonly imageCached: StreamKey
  readonly imageSize: StreamKey
  readonly pullRate: StreamKey
  readonly refusal: StreamKey
}

export function podNoise(seed: number, scenario: string): PodNoise {
  const key = (stream: string) => streamKey(seed, scenario, `pod/${stream}`)
  return {
    schedule: key('schedule'),
    start: key('start'),
    initContainer: key('init container'),
    application: key('application'),
    route: key('route'),
    terminate: key('terminate'),
    imageCached: key('image cached'),
    imageSize: key('image size'),
    pullRate: key('pull rate'),
    refusal: key('refusal'),
  }
}

/** What the pods of a version are, as far as their nodes notice. */
export interface PodRelease {
  /** In order of appearance, from 1. */
  readonly revision: number
  readonly behaviour: Pick<Behaviour, 'exitAfterMs'>
  readonly imageExists: boolean
  readonly configExists: boolean
  readonly probePathExists: boolean
  /** Pods with the same image have run on every node. */
  readonly imageKnown: boolean
}

/**
 * What the node does with a pod: a function of revision, ordinal and node, so that twins and policies see the same pods.
 * @param template of the pod's own revision.
 */
export function drawPod(
  noise: PodNoise,
  { pod: times, image }: KubernetesParameters,
  release: PodRelease,
  { ordinal, node }: Pick<PodIdentity, 'ordinal' | 'node'>,
  template: PodTemplateSpec,
  namespace: string,
): PodTimings {
  const { revision } = release
  const draw = (key: StreamKey, law: LognormalTime) => drawTime(key, law, revision, ordinal)
  const sizeDraw = uniform3(noise.imageSize, revision, 0, 0)
  const imageBytes = Math.round(lognormalQuantile(sizeDraw, image.size.value, image.sizeSigma.value))
  const isCached = release.imageKnown || uniform3(noise.imageCached, revision, node, 0) < image.cached.share
  const rate = lognormalQuantile(uniform3(noise.pullRate, revision, node, 0), image.rate.value, image.rateSigma.value)
  const pullMs = isCached ? 0 : Math.round((imageBytes / rate) * 1000) + image.overhead.ms
  const { medianMs, sigma } = times.initContainer
  const initMs = (template.spec?.initContainers ?? []).reduce((sum, _, index) => {
    const quantile = uniform3(noise.initContainer, revision, ordinal, index)
    return sum + Math.round(lognormalQuantile(quantile, medianMs, sigma))
  }, 0)
  return {
    scheduleMs: draw(noise.schedule, times.schedule),
    pullMs: release.imageExists ? pullMs : null,
    startMs: draw(noise.start, times.start),
    readyFlipsMs: [],
    exitMs: release.behaviour.exitAfterMs,
    terminateMs: draw(noise.terminate, times.terminate),
    container: {
      ...describeContainer(template),
      imageBytes,
      initMs,
      registryAnswerMs: draw(noise.refusal, image.refusal),
      configError: release.configExists ? '' : missingKeyError(template, namespace),
      applicationStartMs: draw(noise.application, times.application),
      readinessPathMissing: !release.probePathExists,
    },
  }
}

/** From Ready until the pod receives requests. */
export function routeDelayMs(
  noise: PodNoise,
  { pod }: KubernetesParameters,
  revision: number,
  ordinal: number,
): number {
  return drawTime(noise.route, pod.route, revision, ordinal)
}

function drawTime(key: StreamKey, { medianMs, sigma }: LognormalTime, revision: number, ordinal: number): number {
  return Math.round(lognormalQuantile(uniform3(key, revision, ordinal, 0), medianMs, sigma))
}
