import type { SystemOutcome } from './outcome.ts'

/** Outcomes that have been worked out, by the row of numbers that decides each; bounded. */
export interface KnownOutcomes {
  size: number
  /** Rows of like hash in one list. */
  readonly byHash: Map<number, { readonly row: readonly number[]; readonly outcome: SystemOutcome }[]>
}

const maxOutcomes = 1000

export function createKnownOutcomes(): KnownOutcomes {
  return { size: 0, byHash: new Map() }
}

export function outcomeOf({ byHash }: KnownOutcomes, row: readonly number[]): SystemOutcome | undefined {
  return byHash.get(hashOf(row))?.find(known => isSameRow(known.row, row))?.outcome
}

export function rememberOutcome(known: KnownOutcomes, row: readonly number[], outcome: SystemOutcome): void {
  if (known.size >= maxOutcomes) {
    known.byHash.clear()
    known.size = 0
  }
  const hash = hashOf(row)
  known.byHash.set(hash, [...(known.byHash.get(hash) ?? []), { row, outcome }])
  known.size++
}

/** Numbers as two words of bits each: a hash of these takes a tenth of the time that their digits as a text do. */
const number = new Float64Array(1)
const words = new Uint32Array(number.buffer)

/** With the constants of MurmurHash3's finalizer. */
function hashOf(row: readonly number[]): number {
  let hash = row.length
  for (let i = 0; i < row.length; i++) {
    number[0] = row[i]!
    hash = Math.imul(hash ^ words[0]!, 0x85ebca6b)
    hash = Math.imul(hash ^ words[1]! ^ (hash >>> 13), 0xc2b2ae35)
  }
  return hash
}

function isSameRow(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
