import type { PodObject } from '../live/objects.ts'
import { type Container, isBadRelease, probesNothing } from './release-patch.ts'

export interface SufferingSetting {
  /** Something is wrong with all versions now. */
  readonly isTroubled: () => boolean
  /** A pod begins or ceases to suffer, at an instant of the epoch. */
  readonly onChange: (pod: string, touched: boolean, atMs: number) => void
}

export interface SufferingPods {
  see(pod: PodObject, gone: boolean, nowMs: number): void
  /** Time passes. */
  tick(nowMs: number): void
}

/**
 * Follows the pods that a fault keeps from running as they would without it, by their containers' states: those whose image or
 * configuration is not there, that exited, that were Ready and are not, or that should have become Ready. A pod suffers until it is Ready
 * or gone.
 */
export function sufferingPods({ isTroubled, onChange }: SufferingSetting): SufferingPods {
  const suffering = new Set<string>()
  const served = new Set<string>()
  const due = new Map<string, number>()

  function set(pod: string, touched: boolean, atMs: number) {
    due.delete(pod)
    if (suffering.has(pod) === touched) return
    if (touched) suffering.add(pod)
    else suffering.delete(pod)
    onChange(pod, touched, atMs)
  }

  return {
    see(pod, gone, nowMs) {
      const { name, deletionTimestamp } = pod.metadata
      if (gone || pod.status?.phase === 'Failed') return set(name, false, nowMs)
      // A pod that is told to stop does as it is told.
      if (deletionTimestamp !== undefined) {
        due.delete(name)
        return
      }
      const { ready = false, restartCount = 0, state, lastState } = pod.status?.containerStatuses?.[0] ?? {}
      const turnedMs = notedMs(pod.status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime, nowMs)
      if (ready) {
        served.add(name)
        return set(name, false, turnedMs)
      }
      const spec = pod.spec.containers[0] as Container
      if (!isBadRelease(spec) && !isTroubled()) return
      const isStopped = (state?.terminated?.exitCode ?? 0) !== 0 || restartCount > 0
      const isBroken = brokenReferences.includes(state?.waiting?.reason ?? '')
      const ended = state?.terminated ?? lastState?.terminated
      if (isStopped) return set(name, true, notedMs(ended?.finishedAt, nowMs))
      if (isBroken) return set(name, true, nowMs)
      if (served.has(name)) return set(name, true, turnedMs)
      if (state?.running === undefined || !probesNothing(spec) || due.has(name)) return
      // Its shadow is found to be Ready by the first probe.
      const delayMs = (spec.readinessProbe?.initialDelaySeconds ?? 0) * 1000
      due.set(name, Date.parse(state.running.startedAt) + delayMs)
    },
    tick(nowMs) {
      for (const [name, dueMs] of due) if (dueMs <= nowMs) set(name, true, dueMs)
    },
  }
}

/**
 * When something was: at the end of the second that the kubelet noted, or when it was seen, where that was sooner. A watch that was broken
 * tells late.
 */
function notedMs(instant: string | undefined, nowMs: number): number {
  return instant === undefined ? nowMs : Math.min(nowMs, Date.parse(instant) + 999)
}

/** What the kubelet says of a container that waits for something that is not there. */
const brokenReferences = ['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'CreateContainerConfigError']
