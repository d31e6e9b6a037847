import type { Draw } from './studentized.ts'

/** What falls together but for rounding counts as falling together. */
const rounding = 1e-9

/**
 * Two-sided p-value of Fisher's test of paired differences (The Design of Experiments, 1935, section 21): how often signs tossed by chance
 * give a sum as far from 0. Exact where neither side of a pair is the likelier to be the greater, whatever the differences are, such as a
 * few large ones among zeros, of which a bootstrap knows too little. All ways to toss are tried where they are no more than the resamples, else
 * so many of them. 1 without a difference.
 */
export function signFlip(differences: readonly number[], draw: Draw, resamples: number): number {
  const parted = Float64Array.from(differences.filter(difference => difference !== 0))
  const seen = Math.abs(parted.reduce((sum, difference) => sum + difference, 0))
  if (2 ** parted.length <= resamples) return exactSignFlip(parted, seen)
  const bitsOf = bits(draw)
  return share(resamples, seen, () => {
    let sum = 0
    for (const difference of parted) sum += bitsOf() === 0 ? difference : -difference
    return Math.abs(sum)
  })
}

function exactSignFlip(parted: Float64Array, seen: number): number {
  const ways = 2 ** parted.length
  let asFar = 0
  for (let way = 0; way < ways; way++) {
    let sum = 0
    for (let i = 0; i < parted.length; i++) sum += (way >> i) & 1 ? parted[i]! : -parted[i]!
    if (Math.abs(sum) >= seen * (1 - rounding)) asFar++
  }
  return asFar / ways
}

/** What both sides have of one kind, such as the trials of a scenario. */
export interface Stratum {
  readonly before: readonly number[]
  readonly after: readonly number[]
}

/**
 * The same of values that are not paired: how often sides dealt by chance, within each stratum, give sums as far apart (Pitman 1937). Exact
 * where within a stratum both sides are alike.
 */
export function relabel(strata: readonly Stratum[], draw: Draw, resamples: number): number {
  const decks = strata
    .filter(({ before, after }) => before.length > 0 && after.length > 0)
    .map(({ before, after }) => {
      const values = Float64Array.from([...before, ...after])
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      // The smaller side is dealt; which of them it is makes no difference to how far the sums are apart.
      const dealt = Math.min(before.length, after.length)
      const scale = values.length / (before.length * after.length)
      const centred = values.map(value => value - mean)
      const sumOf = (side: readonly number[]) => side.reduce((sum, value) => sum + value - mean, 0)
      return {
        centred,
        dealt,
        weight: values.length,
        scale,
        seen: sumOf(after) * scale,
        sign: after.length === dealt ? 1 : -1,
      }
    })
  const total = decks.reduce((sum, { weight }) => sum + weight, 0)
  const seen = Math.abs(decks.reduce((sum, deck) => sum + (deck.seen * deck.weight) / total, 0))
  let drawn = 0
  return share(resamples, seen, () => {
    let sum = 0
    for (const { centred, dealt, weight, scale, sign } of decks) {
      let own = 0
      for (let i = 0; i < dealt; i++) {
        const chosen = i + Math.floor(draw(drawn++) * (centred.length - i))
        const value = centred[chosen]!
        centred[chosen] = centred[i]!
        centred[i] = value
        own += value
      }
      sum += (own * scale * sign * weight) / total
    }
    return Math.abs(sum)
  })
}

/** The share of resamples as far out as what was seen, with that among them. */
function share(resamples: number, seen: number, resample: () => number): number {
  if (seen === 0) return 1
  let asFar = 1
  for (let i = 0; i < resamples; i++) if (resample() >= seen * (1 - rounding)) asFar++
  return asFar / (resamples + 1)
}

/** Single bits, of which a draw is worth 30. */
function bits(draw: Draw): () => number {
  let [drawn, rest, left] = [0, 0, 0]
  return () => {
    if (left === 0) {
      rest = Math.floor(draw(drawn++) * 2 ** 30)
      left = 30
    }
    left--
    const bit = rest & 1
    rest >>= 1
    return bit
  }
}
