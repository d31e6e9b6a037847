/**
 * The workers of a process: each carries one request, and whoever finds none free waits in line. With a capacity below 1 there are fewer,
 * and each needs longer to be free again.
 */
export class Workers {
  readonly #count: number
  readonly #waiting: (() => void)[] = []
  #taken = 0
  #lost = 0
  #capacityFactor = 1

  constructor(count: number) {
    this.#count = count
  }

  /** Share of the capacity that is left, above 0, at most 1. */
  setCapacity(factor: number): void {
    this.#capacityFactor = factor
    this.#admit()
  }

  get lost(): number {
    return this.#lost
  }

  /** From now on so many are lost for good, of those that are there. */
  lose(count: number): void {
    this.#lost = Math.min(this.#count, count)
  }

  /** Waits for a worker. @returns whether it got one; not where the signal came first. */
  async take(signal: AbortSignal): Promise<boolean> {
    if (this.#taken < this.#open) {
      this.#taken++
      return true
    }
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const admitted = () => resolve(true)
    this.#waiting.push(admitted)
    signal.addEventListener('abort', () => {
      const place = this.#waiting.indexOf(admitted)
      if (place === -1) return
      this.#waiting.splice(place, 1)
      resolve(false)
    })
    return promise
  }

  /** @param heldMs how long it was held for a request. */
  giveBack(heldMs: number): void {
    const recoverMs = heldMs * (this.#started / this.#capacity - 1)
    if (recoverMs < 1) this.#free()
    else setTimeout(() => this.#free(), recoverMs)
  }

  #free() {
    this.#taken--
    this.#admit()
  }

  #admit() {
    while (this.#waiting.length > 0 && this.#taken < this.#open) {
      this.#taken++
      this.#waiting.shift()!()
    }
  }

  get #capacity(): number {
    return this.#count * this.#capacityFactor
  }

  /** Whole workers that carry the capacity. */
  get #started(): number {
    return Math.ceil(this.#capacity)
  }

  get #open(): number {
    return Math.max(0, this.#started - this.#lost)
  }
}
