/** What one container uses and has used. Counters of its process begin at 0 with each restart, `restarts` with the pod. */
export interface PodGauges {
  /** Requests in progress that will be answered, on average over the cell. */
  inFlight: number
  cpuSeconds: number
  /** Working set. */
  memoryBytes: number
  /** Periods of the CPU controller in which the container ran, and those in which it reached its limit. */
  cpuPeriods: number
  throttledPeriods: number
  restarts: number
}

export const noGauges: Readonly<PodGauges> = {
  inFlight: 0,
  cpuSeconds: 0,
  memoryBytes: 0,
  cpuPeriods: 0,
  throttledPeriods: 0,
  restarts: 0,
}

/** A container's usage when the running cell begins, and what the cell adds, evenly over its length; may be negative. */
export interface GaugeUsage {
  /** Changed in place, as every pod has one in every cell. */
  readonly atStart: PodGauges
  /** Never changed, but replaced: pods of a group share it. */
  adds: Readonly<PodGauges>
}

/** The same, with the requests that its process holds. */
export interface PodUsage extends GaugeUsage {
  /** By cell, requests that are never answered and that nobody has given up yet. Never changed, but replaced. */
  hung: readonly HungRequests[]
  /** Workers that never come back. */
  stuck: number
}

/** Requests of one cell that are in progress for `heldMs`, until whoever sent them gives up. */
export interface HungRequests {
  readonly startMs: number
  readonly count: number
  readonly heldMs: number
}

export function createUsage(atStart: Readonly<PodGauges> = noGauges): PodUsage {
  return { atStart: { ...atStart }, adds: noGauges, hung: [], stuck: 0 }
}

export function cloneUsage(usage: PodUsage): PodUsage {
  return { ...usage, atStart: { ...usage.atStart } }
}

/** @param elapsed part of the running cell that has passed. */
export function usageAt({ atStart, adds }: GaugeUsage, gauge: keyof PodGauges, elapsed: number): number {
  return atStart[gauge] + adds[gauge] * elapsed
}

/** Ends the running cell: what it adds has been used. */
export function settleUsage(usage: GaugeUsage): void {
  const { atStart, adds } = usage
  if (adds === noGauges) return
  atStart.inFlight += adds.inFlight
  atStart.cpuSeconds += adds.cpuSeconds
  atStart.memoryBytes += adds.memoryBytes
  atStart.cpuPeriods += adds.cpuPeriods
  atStart.throttledPeriods += adds.throttledPeriods
  atStart.restarts += adds.restarts
  usage.adds = noGauges
}
