import type { RunningPod } from './world.ts'

/** What metrics-server knew of the containers at its last scrape of the kubelets. Never changed, but replaced. */
export interface UsageSamples {
  readonly atMs: number
  readonly byPod: Readonly<Record<string, UsageSample>>
}

export interface UsageSample {
  readonly cpuSeconds: number
  /** Cores, on average since the sample before; null at the first sample of a process. */
  readonly cpuCores: number | null
  /** Working set. */
  readonly memoryBytes: number
}

export const noSamples: UsageSamples = { atMs: Number.NEGATIVE_INFINITY, byPod: {} }

/**
 * The samples of now, if they are due. Called when a cell has ended, so that all usage is settled; a container that does not run
 * has no sample.
 */
export function sampleUsage(
  last: UsageSamples,
  pods: readonly RunningPod[],
  resolutionMs: number,
  nowMs: number,
): UsageSamples {
  if (nowMs - last.atMs < resolutionMs) return last
  const byPod: Record<string, UsageSample> = {}
  for (const { name, down, usage } of pods) {
    if (down) continue
    const { cpuSeconds, memoryBytes } = usage.atStart
    const before = last.byPod[name]?.cpuSeconds
    const isFirst = before === undefined || before > cpuSeconds
    byPod[name] = {
      cpuSeconds,
      cpuCores: isFirst ? null : ((cpuSeconds - before) * 1000) / (nowMs - last.atMs),
      memoryBytes,
    }
  }
  return { atMs: nowMs, byPod }
}
