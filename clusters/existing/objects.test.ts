import { expect, test } from 'vitest'
import { kindName, objectsOf, withMarks } from './objects.ts'

const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } }] }
const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: b, labels: { app: b } }
spec: { template: { metadata: { labels: { app: b } } } }
`
const text = `${JSON.stringify(list)}\n---\n${deployment}---\n# nothing\n`

test('the objects of a manifest are those of its documents and of its lists', () => {
  expect(objectsOf(text).map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual(['Service a', 'Deployment b'])
})

test('labels and annotations are added to the objects, and none to their pods: a Service may select by them', () => {
  const items = objectsOf(withMarks(text, { 'carmine/run': 'r' }, { owner: 'o' })) as {
    metadata: object
    spec?: object
  }[]
  expect(items[0]?.metadata).toEqual({ name: 'a', labels: { 'carmine/run': 'r' }, annotations: { owner: 'o' } })
  expect(items[1]?.metadata).toMatchObject({ name: 'b', labels: { app: 'b', 'carmine/run': 'r' } })
  expect(items[1]?.spec).toEqual({ template: { metadata: { labels: { app: 'b' } } } })
})

test('kinds are named so that kubectl cannot take one for another', () => {
  expect(kindName({ apiVersion: 'v1', kind: 'Service' })).toBe('Service')
  expect(kindName({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout' })).toBe('Rollout.v1alpha1.argoproj.io')
})
