import type { Look } from '../../harness/model/look.ts'

/** Requests, and how many of them were bad. */
export interface Bits {
  readonly requests: number
  readonly bad: number
}

/** Of a service in one look: errors and slow answers are bad. None where the look does not hold the service. */
export function serviceBits({ services }: Look, name: string): Bits {
  const { requests = 0, errors = 0, slow = 0 } = services.find(({ service }) => service === name) ?? {}
  return { requests, bad: errors + slow }
}

export function sumOf(looks: readonly Look[], bitsOf: (look: Look) => Bits): Bits {
  let requests = 0
  let bad = 0
  for (const look of looks) {
    const bits = bitsOf(look)
    requests += bits.requests
    bad += bits.bad
  }
  return { requests, bad }
}
