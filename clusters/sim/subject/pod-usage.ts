/** What one container uses and has used. Counters of its process begin at 0 with each restart, `restarts` with the pod. */
export interface PodGauges {
  /** Requests that the process has taken and not answered. */
  readonly inFlight: number
  readonly cpuSeconds: number
  /** Working set. */
  readonly memoryBytes: number
  /** Periods of the CPU controller in which the container ran, and those in which it reached its limit. */
  readonly cpuPeriods: number
  readonly throttledPeriods: number
  readonly restarts: number
}

export const noGauges: PodGauges = {
  inFlight: 0,
  cpuSeconds: 0,
  memoryBytes: 0,
  cpuPeriods: 0,
  throttledPeriods: 0,
  restarts: 0,
}

/** A container's usage when the running cell begins, and what the cell adds, evenly over its length; may be negative. */
export interface PodUsage {
  readonly atStart: PodGauges
  readonly adds: PodGauges
}

export const noUsage: PodUsage = { atStart: noGauges, adds: noGauges }

/** @param elapsed part of the running cell that has passed. */
export function usageAt({ atStart, adds }: PodUsage, gauge: keyof PodGauges, elapsed: number): number {
  return atStart[gauge] + adds[gauge] * elapsed
}

/** The usage when the running cell has ended and added what it does. */
export function settledUsage(usage: PodUsage): PodUsage {
  const { atStart, adds } = usage
  if (adds === noGauges) return usage
  return {
    atStart: {
      inFlight: atStart.inFlight + adds.inFlight,
      cpuSeconds: atStart.cpuSeconds + adds.cpuSeconds,
      memoryBytes: atStart.memoryBytes + adds.memoryBytes,
      cpuPeriods: atStart.cpuPeriods + adds.cpuPeriods,
      throttledPeriods: atStart.throttledPeriods + adds.throttledPeriods,
      restarts: atStart.restarts + adds.restarts,
    },
    adds: noGauges,
  }
}
