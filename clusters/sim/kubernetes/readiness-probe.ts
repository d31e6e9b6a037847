import type { Probe } from '../../manifests/argo-types.ts'

/** Kubernetes' defaults of a probe (pkg/apis/core/v1/defaults.go). */
const defaultPeriodSeconds = 10
const defaultFailureThreshold = 3

/**
 * When a container's Ready condition changes, for `PodTimings.readyFlipsMs`. The kubelet asks at every tick of a period that began
 * when the pod was bound, not before the initial delay has passed, and believes an answer after as many of its kind in a row as the
 * threshold says (pkg/kubelet/prober/worker.go). Without a probe the container is ready when it runs. Probes answer at once here.
 * @param answersMs when the process begins to answer well, then badly, then well again, …, counted from its start
 * @param tickingMs time from the first tick to the process's start
 */
export function readyFlips(probe: Probe | undefined, answersMs: readonly number[], tickingMs: number): number[] {
  if (probe === undefined) return [0]
  const periodMs = (probe.periodSeconds ?? defaultPeriodSeconds) * 1000
  const delayMs = (probe.initialDelaySeconds ?? 0) * 1000
  const thresholds = { up: probe.successThreshold ?? 1, down: probe.failureThreshold ?? defaultFailureThreshold }
  const flips: number[] = []
  for (const [index, answerMs] of answersMs.entries()) {
    const isUp = index % 2 === 0
    const firstMs = tickAtOrAfter(Math.max(answerMs, delayMs), periodMs, tickingMs)
    const believedMs = firstMs + ((isUp ? thresholds.up : thresholds.down) - 1) * periodMs
    const nextMs = answersMs[index + 1]
    const isReversed = nextMs !== undefined && nextMs <= believedMs
    const isReady = flips.length % 2 === 1
    if (!isReversed && isReady !== isUp) flips.push(believedMs)
  }
  return flips
}

/** The first tick at or after a time, both counted from the process's start. */
function tickAtOrAfter(ms: number, periodMs: number, tickingMs: number): number {
  return Math.ceil((ms + tickingMs) / periodMs) * periodMs - tickingMs
}
