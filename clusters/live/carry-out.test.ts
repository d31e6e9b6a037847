import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Effect } from '../../harness/model/effect.ts'
import type { Observation } from '../../harness/model/observation.ts'
import { effectCarrier } from './carry-out.ts'
import type { KubeApi, KubeRequest } from './kube-api.ts'

/** A Rollout on its way from `a` to `b`, and all that is logged, told and patched. */
function carried(...effects: Effect[]) {
  const logged: unknown[][] = []
  const told: Observation[] = []
  const patches: unknown[] = []
  const json = async (method: string, _path: string, { body }: KubeRequest = {}) => {
    if (method === 'PATCH') patches.push(body)
    return {
      metadata: { name: 'checkout', resourceVersion: '7' },
      spec: {},
      status: { currentPodHash: 'b', stableRS: 'a' },
    }
  }
  const carryOut = effectCarrier({
    target: { api: { json } as unknown as KubeApi, namespace: 'trial', name: 'checkout' },
    append: (...event) => logged.push(event),
    now: () => 6000,
    tell: observation => told.push(observation),
    fail: error => {
      throw error
    },
    signal: new AbortController().signal,
  })
  for (const effect of effects) carryOut(5000, effect)
  return sleep(5).then(() => ({ logged, told, patches }))
}

const action = {
  class: 'scale' as const,
  target: { kind: 'Rollout', namespace: 'trial', name: 'checkout' },
  fromReplicas: 10,
  replicas: 12,
}

test('a hold is patched, logged and told, and done once however often it is asked for', async () => {
  const hold: Effect = { id: 't/1/0', type: 'hold', podTemplateHash: 'b', reason: 'thin evidence' }
  const { logged, told, patches } = await carried(hold, hold)
  const operation = { effectId: 't/1/0', actor: 'engine', operation: 'hold' }
  expect(patches).toEqual([{ metadata: { resourceVersion: '7' }, spec: { paused: true } }])
  expect(logged).toEqual([
    [5000, 'operation.started', { ...operation, podTemplateHash: 'b' }],
    [6000, 'operation.finished', { ...operation, ok: true, message: 'spec.paused set' }],
  ])
  expect(told).toEqual([{ type: 'effect.finished', effectId: 't/1/0', ok: true, message: 'spec.paused set' }])
})

test('lines of the audit log and incidents are for the record', async () => {
  const { logged, told } = await carried(
    { id: 't/1/0', type: 'audit', line: '{"seq":0}' },
    { id: 't/1/1', type: 'incident', incident: 't/i1', state: 'opened', reason: 'errors' },
    { id: 't/1/2', type: 'incident', incident: 't/i1', state: 'closed', reason: 'over' },
  )
  expect(logged).toEqual([
    [5000, 'audit.recorded', { line: '{"seq":0}' }],
    [5000, 'incident.opened', { incident: 't/i1', reason: 'errors' }],
    [5000, 'incident.closed', { incident: 't/i1', reason: 'over' }],
  ])
  expect(told).toEqual([])
})

test.each<Effect>([
  { id: 'e', type: 'callTool', incident: 't/i1', call: { tool: 'flags' } },
  { id: 'e', type: 'askApproval', incident: 't/i1', action, reason: 'large' },
])('what a real cluster cannot do yet is answered, not ignored: $type', async effect => {
  const { logged, told } = await carried(effect)
  expect(told).toEqual([
    { type: 'effect.finished', effectId: 'e', ok: false, message: 'not available on a real cluster yet' },
  ])
  expect(logged).toEqual([])
})

test('an action of a safe class fails as an operation', async () => {
  const effect: Effect = { id: 'e', type: 'apply', incident: 't/i1', action, undoes: null, reason: 'saturated' }
  const { logged, told, patches } = await carried(effect)
  expect(patches).toEqual([])
  expect(told).toMatchObject([{ effectId: 'e', ok: false }])
  expect(logged).toMatchObject([
    [5000, 'operation.started', { effectId: 'e', operation: 'scale' }],
    [6000, 'operation.finished', { effectId: 'e', operation: 'scale', ok: false }],
  ])
})
