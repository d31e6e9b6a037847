/**
 * Probability that an arrival finds all servers of an M/M/c queue busy and waits: Erlang's C formula (A. K. Erlang 1917), by the stable
 * recursion of his B formula, B_k = a B_{k-1} / (k + a B_{k-1}).
 * @param servers whole number, at least 1.
 * @param load arrivals a service time, at least 0; 1 from `servers` on, where everybody waits.
 */
export function erlangC(servers: number, load: number): number {
  if (load >= servers) return 1
  let blocking = 1
  for (let k = 1; k <= servers; k++) {
    blocking = (load * blocking) / (k + load * blocking)
    // Falls from here on, faster than geometrically.
    if (blocking < 1e-15 && k > load) return 0
  }
  return blocking / (1 - (load / servers) * (1 - blocking))
}

/**
 * The same probability without a loop, for any number of servers from 1 on, whole or not: what H. Sakasegawa's mean wait (Annals of the
 * Institute of Statistical Mathematics 29, 1977) implies, rho^(sqrt(2 (c + 1)) - 1).
 */
export function sakasegawaC(servers: number, load: number): number {
  return load >= servers ? 1 : (load / servers) ** (Math.sqrt(2 * (servers + 1)) - 1)
}

/** Waiting in the queue, in units of the mean service time. */
export interface Wait {
  readonly probability: number
  /** Over all arrivals, those that do not wait included; infinite from full load on. */
  readonly mean: number
}

/**
 * Wait in a G/G/c queue: that of M/M/c times (ca² + cs²) / 2 (A. O. Allen, "Probability, Statistics and Queueing Theory", 2nd ed. 1990,
 * section 5.3, there after J. B. Cunneen). Exact for M/M/c, and for M/G/1 (Pollaczek–Khinchine).
 * @param arrivalVariation squared coefficient of variation of the times between arrivals; 1 is Poisson.
 * @param serviceVariation that of the service times.
 */
export function waitGGc(
  servers: number,
  load: number,
  arrivalVariation: number,
  serviceVariation: number,
  probabilityOfWait: (servers: number, load: number) => number = erlangC,
): Wait {
  const probability = probabilityOfWait(servers, load)
  if (load >= servers) return { probability, mean: Number.POSITIVE_INFINITY }
  return { probability, mean: ((probability / (servers - load)) * (arrivalVariation + serviceVariation)) / 2 }
}

/** The time that a share of the arrivals waits no longer than, those who wait at all waiting exponentially long. */
export function waitQuantile({ probability, mean }: Wait, share: number): number {
  return share <= 1 - probability ? 0 : (mean / probability) * Math.log(probability / (1 - share))
}
