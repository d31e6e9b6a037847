import type { PodObject } from '../live/objects.ts'
import { Unavailable } from './unavailable.ts'

/** The cluster cannot have an image that every trial of the run needs. */
export class MissingImage extends Unavailable {}

/** That the kubelet has tried to pull more than once, or need not try: once may be an accident of the network. */
const inVain = ['ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull']

/**
 * The first image that pods wait for in vain; undefined where there is none.
 * @param settings by image: what names another
 */
export function missingImage(
  pods: readonly PodObject[],
  settings: Readonly<Record<string, string>>,
): MissingImage | undefined {
  for (const { metadata, spec, status } of pods) {
    const { reason = '', message = '' } = status?.containerStatuses?.[0]?.state?.waiting ?? {}
    if (!inVain.includes(reason)) continue
    const image = spec.containers[0]?.image ?? ''
    const fix = settings[image] ?? 'name another in the manifests'
    return new MissingImage(
      `the cluster cannot pull the image ${image} (pod ${metadata.name}: ${reason} ${message}); ${fix}`,
    )
  }
  return undefined
}

/** What names another image than each of those that a trial begins with. */
export function imageSettings({
  subjectImage,
  prometheusImage,
}: {
  readonly subjectImage: string
  readonly prometheusImage: string
}): Record<string, string> {
  return {
    [subjectImage]:
      '--subject-image, or CARMINE_SUBJECT_IMAGE, names one that it can pull: `carmine image --push REGISTRY/carmine-subject:1` builds and pushes it',
    [prometheusImage]: 'CARMINE_PROMETHEUS_IMAGE names one that it can pull',
  }
}
