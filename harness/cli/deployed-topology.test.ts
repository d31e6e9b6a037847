import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { topologyDocument } from '../model/topology.ts'
import { deployedTopology, renderTopology } from './deployed-topology.ts'

const scenarios = new URL('../../scenarios/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, scenarios), 'utf8')

const { spec } = topologyDocument.parse(parse(read('topology/shop.yaml')))
const manifests = ['rollout.yaml', 'payments.yaml', 'services.yaml'].map(name => ({
  name,
  text: read(`subject/${name}`),
}))

test('of the shipped shop a cluster has the service under test and the one that it calls', () => {
  const { entry, routes, services } = deployedTopology(spec, manifests)
  expect(Object.values(routes).map(({ calls }) => calls)).toEqual([['payments'], ['payments']])
  expect(entry).toBe('checkout')
  expect(Object.entries(services).map(([name, { calls }]) => [name, Object.keys(calls)])).toEqual([
    ['checkout', ['payments']],
    ['payments', []],
  ])
})

test('it can be simulated too: its file is a topology, and reads as what it was made from', () => {
  for (const files of [manifests, []]) {
    const deployed = deployedTopology(spec, files)
    const read = topologyDocument.parse(JSON.parse(renderTopology('deployed', deployed)))
    expect(read.spec).toEqual(deployed)
  }
})
