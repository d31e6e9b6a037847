/**
 * The CPU that a process may use, as a queue: requests have their CPU time one after the other. A wait, and not work: on a machine that
 * many processes share a busy one would slow all of them.
 */
export class CpuShare {
  #freeAtMs = 0

  /**
   * @param cpuMs CPU time of a request
   * @param cores that the process may use
   * @returns for how long the request has to wait until it has had its time
   */
  wait(nowMs: number, cpuMs: number, cores: number): number {
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + cpuMs / cores
    return this.#freeAtMs - nowMs
  }
}
