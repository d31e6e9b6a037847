import { expect, test } from 'vitest'
import { shippedEnvironment } from '../../clusters/sim/fixtures/subject.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import { drawDecoy } from './draw-decoy.ts'
import { expectShare } from './fixtures/people.ts'

const horizonMs = 1_800_000
const n = 4000
const decoys = Array.from({ length: n }, (_, seed) =>
  drawDecoy(shippedEnvironment, horizonMs, stream => uniform(streamKey(seed, 'any', stream), 0)),
).filter(decoy => decoy !== null)

test('as many trials as stated have a change elsewhere, never of the service under test', () => {
  const { topology, parameters } = shippedEnvironment
  expectShare(decoys.length / n, parameters.changes.elsewhere.share, n)
  const others = Object.keys(topology.services).filter(name => name !== topology.subject)
  expect([...new Set(decoys.map(({ service }) => service))].sort()).toEqual(others.sort())
})

test('half of them are there before the trial, and all within half a horizon of its start', () => {
  expectShare(decoys.filter(({ atMs }) => atMs < 0).length / decoys.length, 0.5, decoys.length)
  for (const { atMs } of decoys) expect(Math.abs(atMs)).toBeLessThanOrEqual(horizonMs / 2)
})
