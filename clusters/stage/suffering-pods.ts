import type { Behaviour } from '../../harness/model/behaviour.ts'
import type { PodObject } from '../live/objects.ts'

/**
 * Follows the pods that a release which makes its process exit keeps from running: each from its first exit on until it is gone, by its
 * container's state.
 * @param onChange called with a pod's name when it begins or ceases to suffer
 */
export function sufferingPods(behaviour: Behaviour, onChange: (pod: string, touched: boolean) => void) {
  const suffering = new Set<string>()
  return (pod: PodObject, gone: boolean): void => {
    if (behaviour.exitAfterMs === null) return
    const { name, deletionTimestamp } = pod.metadata
    const container = pod.status?.containerStatuses?.[0]
    // A pod that is told to stop exits too, but with 0.
    const exited = (container?.restartCount ?? 0) > 0 || container?.state?.terminated?.exitCode === 1
    if (gone && suffering.delete(name)) onChange(name, false)
    if (gone || !exited || deletionTimestamp !== undefined || suffering.has(name)) return
    suffering.add(name)
    onChange(name, true)
  }
}
