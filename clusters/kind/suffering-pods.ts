import type { Behaviour } from '../../harness/model/behaviour.ts'
import { hashLabel, type PodObject } from '../live/objects.ts'

/**
 * Follows which pods a behaviour that ends the process keeps from running, by their container states.
 * @param onChange called with a pod's name when it begins or ceases to suffer
 */
export function sufferingPods(behaviour: Behaviour, onChange: (pod: string, touched: boolean) => void) {
  const suffering = new Set<string>()
  return (pod: PodObject, gone: boolean): void => {
    if (behaviour.exitAfterMs === null) return
    const { name, labels } = pod.metadata
    const state = pod.status?.containerStatuses?.[0]?.state
    const crashed = state?.terminated?.exitCode === 1 || state?.waiting?.reason === 'CrashLoopBackOff'
    const touched = !gone && crashed && labels?.[hashLabel] !== undefined
    if (touched === suffering.has(name)) return
    if (touched) suffering.add(name)
    else suffering.delete(name)
    onChange(name, touched)
  }
}
