import { expect, test } from 'vitest'
import { milestone } from './milestone.ts'

test('what decides a trial is said with its time, and nothing else', () => {
  const finished = { effectId: 's/1/2/3', actor: 'engine', operation: 'abort', ok: true, message: 'status.abort set' }
  expect(milestone(65_075, 'operation.finished', finished)).toBe('1m5s abort by the engine: status.abort set')
  expect(milestone(65_075, 'operation.finished', { ...finished, ok: false, message: '409' })).toBe(
    '1m5s abort by the engine: failed: 409',
  )
  const aborted = { actor: 'argo', podTemplateHash: 'b', message: 'metric "errors" assessed Failed' }
  expect(milestone(90_000, 'rollout.aborted', aborted)).toMatch(/^1m30s aborted by Argo Rollouts: metric/)
  expect(milestone(90_000, 'rollout.aborted', { ...aborted, actor: 'engine' })).toBeUndefined()
  expect(milestone(0, 'trial.ended', {})).toBeUndefined()
})
