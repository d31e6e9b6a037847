import { InvalidArgumentError } from '@commander-js/extra-typings'
import { type Level, levels } from '../model/effect.ts'
import { nearest } from '../model/problem.ts'
import { maxSeed, maxSeeds } from '../model/seed.ts'
import type { Shard } from '../run/shard.ts'
import { type ListedKind, listedKinds, type OwnKind, ownKindNames } from './load/kind-names.ts'

export const parseCount = wholeNumber(Number.MAX_SAFE_INTEGER)
export const parseSeed = wholeNumber(maxSeed)
export const parseSeeds = wholeNumber(maxSeeds)

function wholeNumber(most: number): (text: string) => number {
  return text => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= 1 && value <= most) return value
    throw new InvalidArgumentError(`It has to be a whole number, 1 to ${most}.`)
  }
}

const [slowest, fastest] = [0.1, 1000]

export function parseSpeed(text: string): number {
  const factor = Number(text)
  if (text.trim() !== '' && factor >= slowest && factor <= fastest) return factor
  throw new InvalidArgumentError(`It has to be a number, ${slowest} to ${fastest}.`)
}

const maxShards = 1000

export function parseShard(text: string): Shard {
  const [, index = 0, count = 0] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number)
  if (index >= 1 && index <= count && count <= maxShards) return { index, count }
  throw new InvalidArgumentError(`It has to be two whole numbers, such as 2/5; at most ${maxShards} parts.`)
}

/** Names with commas between them. */
export function parseNames(text: string): string[] {
  const names = text.split(',').map(name => name.trim())
  if (names.every(name => name !== '')) return names
  throw new InvalidArgumentError('It has to be names with commas between them.')
}

/** An empty text, as of a variable that is not set, would be the current folder. */
export function parseFolder(text: string): string {
  if (text !== '') return text
  throw new InvalidArgumentError('It has to be a path.')
}

export function parseKind(text: string): OwnKind {
  const kind = ownKindNames.find(name => name.toLowerCase() === text.toLowerCase())
  if (kind !== undefined) return kind
  throw new InvalidArgumentError(`There is no kind ${text}; there are ${ownKindNames.join(', ')}.`)
}

/** One of a kind is asked for as often as all of it. */
export function parseListedKind(text: string): ListedKind {
  const kind = listedKinds.find(name => name === text || singular(name) === text)
  if (kind !== undefined) return kind
  const near = nearest(text, [...listedKinds, ...listedKinds.map(singular)])
  const hint = near === undefined ? '' : `\n(Did you mean ${near}?)`
  throw new InvalidArgumentError(`There is no kind ${text}; there are ${listedKinds.join(', ')}.${hint}`)
}

function singular(kind: ListedKind): string {
  return kind.replace(/ies$/, 'y').replace(/s$/, '')
}

export function parseLevels(text: string): Level[] {
  const words = text.split(',').map(word => word.trim().toUpperCase())
  const unknown = words.find(word => !levels.includes(word as Level))
  if (unknown === undefined) return words as Level[]
  throw new InvalidArgumentError(`There is no level ${unknown}; there are ${levels.join(', ')}.`)
}
