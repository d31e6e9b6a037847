import { expect, test } from 'vitest'
import { describePlan } from './describe-plan.ts'

const object = (kind: string, name: string) => ({ apiVersion: 'v1', kind, metadata: { name } })
const surveyed = {
  user: { context: 'dev', clusterName: 'shop-dev', server: 'https://10.0.0.1:6443' },
  argo: 'Argo Rollouts (v1.9.1)',
  namespaces: [
    { name: 'team-a', exists: true },
    { name: 'team-b', exists: false },
  ],
  objects: [object('Rollout', 'checkout'), object('ConfigMap', 'a'), object('ConfigMap', 'b')],
}
const run = {
  trials: 4,
  sideBySide: 2,
  requestsPerSecond: 50,
  replicas: 10,
  images: ['registry.example.com/subject:1'],
  subjectImage: 'registry.example.com/subject:1',
  loadFrom: 'cluster' as const,
  loadedInto: [],
}

test('the plan says where, what is made, what is deleted and what is replaced', () => {
  const plan = describePlan(surveyed, run)
  for (const part of [
    'context dev: shop-dev at https://10.0.0.1:6443, with Argo Rollouts (v1.9.1)',
    'trials   4, 2 side by side',
    'made     namespaces team-b; deleted after each trial',
    'used     namespaces team-a, which stay',
    '1 Rollout, 2 ConfigMaps',
    "the image of Rollout checkout, and of every Deployment beside it, is replaced by the subject's",
  ]) {
    expect(plan).toContain(part)
  }
  expect(plan).not.toContain('loaded into')
})
