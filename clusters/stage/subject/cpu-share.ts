/** The period in which a container may use its share (kernel default, cpu.cfs_period_us). */
const periodMs = 100

/**
 * The CPU that a process may use: what a period allows at once, and from then on as it comes. A wait, and not work: on a machine that many
 * processes share a busy one would slow all of them.
 */
export class CpuShare {
  /** When the period's share is whole again. */
  #wholeAtMs = 0

  /**
   * @param cpuMs CPU time of a request
   * @param cores that the process may use
   * @returns for how long the request has to stand still
   */
  wait(nowMs: number, cpuMs: number, cores: number): number {
    this.#wholeAtMs = Math.max(nowMs, this.#wholeAtMs) + cpuMs / cores
    return Math.max(0, this.#wholeAtMs - nowMs - Math.max(periodMs, cpuMs / cores))
  }
}
