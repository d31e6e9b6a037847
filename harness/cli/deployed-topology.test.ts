import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { topologyDocument } from '../model/topology.ts'
import { deployedTopology } from './deployed-topology.ts'

const scenarios = new URL('../../scenarios/', import.meta.url)
const read = (name: string) => readFileSync(new URL(name, scenarios), 'utf8')

test('of the shipped shop a cluster has the service under test and the one that it calls', () => {
  const { spec } = topologyDocument.parse(parse(read('topology/shop.yaml')))
  const manifests = ['rollout.yaml', 'payments.yaml', 'services.yaml'].map(name => ({
    name,
    text: read(`subject/${name}`),
  }))
  const { entry, services } = deployedTopology(spec, manifests)
  expect(entry).toBe('checkout')
  expect(Object.entries(services).map(([name, { calls }]) => [name, Object.keys(calls)])).toEqual([
    ['checkout', ['payments']],
    ['payments', []],
  ])
})
