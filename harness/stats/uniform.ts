import seedrandom from 'seedrandom'

/** Names a stream of noise: 64 bits as two signed 32-bit integers. Plain data, made by `streamKey`. */
export type StreamKey = { readonly a: number; readonly b: number }

/**
 * The key of one stream of noise, made by seedrandom's `alea` from the text of its parts; equal parts give equal keys
 * for ever.
 * @param stream what the noise decides, such as `arrivals`; streams of different names are independent
 */
export function streamKey(seed: number, scenario: string, stream: string): StreamKey {
  const draws = seedrandom.alea(JSON.stringify([seed, scenario, stream]))
  return { a: draws.int32(), b: draws.int32() }
}

/** The noise of one cell of a stream: see `uniform3`. */
export function uniform(key: StreamKey, cell: number): number {
  return uniform3(key, cell, 0, 0)
}

/**
 * A number in (0, 1) that is a function of its arguments alone, so that whoever asks, in whatever order, sees the same
 * noise. Threefry-2x32 with 13 rounds, which passes BigCrush (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
 * easy as 1, 2, 3", SC11, table 2); `i` and `j` are its counter, and `k` moves the key by multiples of 2^32 divided by
 * the golden ratio. The result is an odd multiple of 2^-53: never 0 or 1, and 1 minus it is exact and as likely.
 * @param i an integer; only its low 32 bits count, as of `j` and `k`
 */
export function uniform3(key: StreamKey, i: number, j: number, k: number): number {
  const key0 = key.a | 0
  const key1 = (key.b + Math.imul(k, 0x9e3779b9)) | 0
  const key2 = key0 ^ key1 ^ 0x1bd11bda
  let x = (i + key0) | 0
  let y = (j + key1) | 0

  x = (x + y) | 0
  y = ((y << 13) | (y >>> 19)) ^ x
  x = (x + y) | 0
  y = ((y << 15) | (y >>> 17)) ^ x
  x = (x + y) | 0
  y = ((y << 26) | (y >>> 6)) ^ x
  x = (x + y) | 0
  y = ((y << 6) | (y >>> 26)) ^ x
  x = (x + key1) | 0
  y = (y + key2 + 1) | 0

  x = (x + y) | 0
  y = ((y << 17) | (y >>> 15)) ^ x
  x = (x + y) | 0
  y = ((y << 29) | (y >>> 3)) ^ x
  x = (x + y) | 0
  y = ((y << 16) | (y >>> 16)) ^ x
  x = (x + y) | 0
  y = ((y << 24) | (y >>> 8)) ^ x
  x = (x + key2) | 0
  y = (y + key0 + 2) | 0

  x = (x + y) | 0
  y = ((y << 13) | (y >>> 19)) ^ x
  x = (x + y) | 0
  y = ((y << 15) | (y >>> 17)) ^ x
  x = (x + y) | 0
  y = ((y << 26) | (y >>> 6)) ^ x
  x = (x + y) | 0
  y = ((y << 6) | (y >>> 26)) ^ x
  x = (x + key0) | 0
  y = (y + key1 + 3) | 0

  x = (x + y) | 0
  y = ((y << 17) | (y >>> 15)) ^ x
  return ((x >>> 6) * 0x4000000 + (y >>> 6) + 0.5) * 2 ** -52
}
