import { poissonQuantile } from './quantiles.ts'
import { gammaincPInverse } from './special.ts'

export interface GammaProcess {
  /** Of every value; the mean is 1. */
  readonly variance: number
  /** Of neighbours, at least 0, below 1; values n apart have its n-th power. */
  readonly correlation: number
}

/**
 * A stationary first-order autoregressive sequence of gamma variables with mean 1: given a value G, the next one is gamma of shape
 * k + Poisson(G k c / (1 - c)) and rate k / (1 - c), where k = 1 / variance and c the correlation (Sim, "First-order autoregressive models
 * for gamma and exponential processes", Journal of Applied Probability 27, 1990). The first value has the stationary law.
 * @param uniform of a step, and of which of its two draws
 */
export function gammaProcess(
  length: number,
  { variance, correlation }: GammaProcess,
  uniform: (step: number, which: 0 | 1) => number,
): number[] {
  if (variance === 0) return new Array<number>(length).fill(1)
  const shape = 1 / variance
  const rate = shape / (1 - correlation)
  const values: number[] = []
  let value = gammaincPInverse(uniform(0, 0), shape) / shape
  for (let step = 0; step < length; step++) {
    if (step > 0) {
      const kept = poissonQuantile(uniform(step, 1), value * rate * correlation)
      value = gammaincPInverse(uniform(step, 0), shape + kept) / rate
    }
    values.push(value)
  }
  return values
}
