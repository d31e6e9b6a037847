import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Effect } from '../../harness/model/effect.ts'
import type { Observation } from '../../harness/model/observation.ts'
import { effectCarrier } from './carry-out.ts'
import type { KubeApi, KubeRequest } from './kube-api.ts'
import { whoAborted } from './who-aborted.ts'

/** A Rollout on its way from `a` to `b`, and all that is logged, told and patched. */
function carried(...effects: Effect[]) {
  const proposed: unknown[][] = []
  const logged: unknown[][] = []
  const told: Observation[] = []
  const patches: unknown[] = []
  const json = async (method: string, _path: string, { body }: KubeRequest = {}) => {
    if (method === 'PATCH') patches.push(body)
    return {
      metadata: { name: 'checkout', resourceVersion: '7' },
      spec: { replicas: 10 },
      status: { currentPodHash: 'b', stableRS: 'a' },
    }
  }
  const { carryOut } = effectCarrier({
    target: { api: { json } as unknown as KubeApi, namespace: 'trial', name: 'checkout' },
    append: (...event) => logged.push(event),
    now: () => 6000,
    tell: observation => told.push(observation),
    ask: async () => ({ tool: 'flags', flags: [] }),
    propose: (...proposal) => proposed.push(proposal),
    currentHash: () => 'b',
    whoAborted: whoAborted(),
    fail: error => {
      throw error
    },
    signal: new AbortController().signal,
  })
  for (const effect of effects) carryOut(5000, effect)
  return sleep(5).then(() => ({ logged, told, patches, proposed }))
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
    [6000, 'operation.started', { ...operation, podTemplateHash: 'b' }],
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

test('a question is answered in a turn of its own, and question and answer are on record', async () => {
  const { logged, told } = await carried({
    id: 'e',
    type: 'callTool',
    incident: 't/i1',
    call: { tool: 'events', sinceMs: 7 },
  })
  expect(told).toEqual([{ type: 'tool.answered', effectId: 'e', answer: { tool: 'flags', flags: [] } }])
  expect(logged).toEqual([
    [5000, 'tool.called', { effectId: 'e', incident: 't/i1', tool: 'events', arguments: '{"sinceMs":7}' }],
    [6000, 'tool.answered', { effectId: 'e', tool: 'events', ok: true, summary: '0 flags' }],
  ])
})

test('where nobody is there to approve, the answer is none', async () => {
  const effect: Effect = { id: 'e', type: 'askApproval', incident: 't/i1', action, reason: 'large' }
  const { logged, told } = await carried(effect)
  expect(told).toEqual([{ type: 'approval.answered', effectId: 'e', answer: 'none' }])
  expect(logged.map(([, type]) => type)).toEqual(['approval.asked', 'approval.answered'])
})

test('a proposal is kept, numbered, logged, and told to be open', async () => {
  const proposal = {
    incident: 't/i1',
    rule: 'revert-commit',
    title: 'Revert the release',
    description: 'why',
    file: 'rollout.yaml',
    changes: [{ key: 'env RELEASE', fromValue: 'b', toValue: 'a' }],
  }
  const { logged, told, proposed } = await carried({ id: 'e', type: 'propose', proposal })
  expect(proposed).toEqual([[1, proposal]])
  expect(told).toEqual([{ type: 'pullRequest.changed', effectId: 'e', number: 1, state: 'opened' }])
  expect(logged).toMatchObject([
    [5000, 'pullRequest.opened', { number: 1, author: 'engine', changes: [{ file: 'rollout.yaml', toValue: 'a' }] }],
    [5000, 'proposal.made', { effectId: 'e', incident: 't/i1', rule: 'revert-commit', number: 1 }],
  ])
})

test('an action of a safe class is an operation on the cluster', async () => {
  const effect: Effect = { id: 'e', type: 'apply', incident: 't/i1', action, undoes: null, reason: 'saturated' }
  const { logged, told, patches } = await carried(effect)
  expect(patches).toEqual([{ metadata: { resourceVersion: '7' }, spec: { replicas: 12 } }])
  expect(told).toMatchObject([{ effectId: 'e', ok: true }])
  const done = { effectId: 'e', actor: 'engine', operation: 'scale' }
  expect(logged).toEqual([
    [6000, 'operation.started', { ...done, podTemplateHash: 'b' }],
    [6000, 'operation.finished', { ...done, ok: true, message: 'spec.replicas set from 10 to 12' }],
  ])
})

test('an action that no longer holds is refused', async () => {
  const stale = { ...action, fromReplicas: 8 }
  const effect: Effect = { id: 'e', type: 'apply', incident: 't/i1', action: stale, undoes: null, reason: 'saturated' }
  const { told, patches } = await carried(effect)
  expect(patches).toEqual([])
  expect(told).toEqual([
    { type: 'effect.finished', effectId: 'e', ok: false, message: 'spec.replicas is 10 by now, not 8' },
  ])
})
