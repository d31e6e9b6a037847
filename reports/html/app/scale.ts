/** A place on an axis for every amount: 0 at its left end, 1 at its right. */
export interface Scale {
  readonly at: (amount: number) => number
  readonly ticks: readonly number[]
}

/** Equal steps for equal differences. */
export function linearScale(low: number, high: number, wanted = 4): Scale {
  const span = high - low || 1
  return { at: amount => clamp((amount - low) / span), ticks: roundTicks(low, high, wanted) }
}

const zeroLane = 0.12

/**
 * Equal steps for equal ratios; amounts of 0, which it cannot show, have a lane of their own at the left end.
 * @param hasZero whether there is such a lane
 * @param candidates amounts that a tick may stand at; powers of ten where none are given
 */
export function logScale(low: number, high: number, hasZero: boolean, candidates?: readonly number[]): Scale {
  const [from, to] = [Math.log(low), Math.log(high)]
  const start = hasZero ? zeroLane : 0
  const at = (amount: number) => {
    if (amount <= 0) return hasZero ? zeroLane / 3 : 0
    return start + clamp((Math.log(amount) - from) / (to - from || 1)) * (1 - start)
  }
  const inside = (candidates ?? powersOfTen(low, high)).filter(tick => tick >= low * 0.999 && tick <= high * 1.001)
  return { at, ticks: [...(hasZero ? [0] : []), ...inside] }
}

/** 1 s, 10 s, 1 min, … 24 h: where people read times. */
export const timeTicksS: readonly number[] = [1, 10, 60, 600, 3600, 21_600, 86_400]

function powersOfTen(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)]
  const every = Math.max(1, Math.ceil((last - first + 1) / 4))
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (last - i))
    .filter((_, i) => i % every === 0)
    .reverse()
}

function roundTicks(low: number, high: number, wanted: number): number[] {
  const rough = (high - low) / wanted
  if (!(rough > 0)) return [low]
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map(factor => factor * power).find(one => one >= rough * 0.999)!
  const first = Math.ceil(low / step - 1e-9)
  const ticks: number[] = []
  for (let i = first; i * step <= high + step * 1e-6; i++) ticks.push(Number((i * step).toPrecision(12)))
  return ticks
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share))
}
