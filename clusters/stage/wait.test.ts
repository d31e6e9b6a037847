import { expect, test } from 'vitest'
import { waitFor } from './wait.ts'

const { signal } = new AbortController()

test('a wait ends with what it waited for', async () => {
  let probes = 0
  const probe = async () => (++probes === 3 ? { done: 'here' } : { pending: 'not yet' })
  expect(await waitFor('it', probe, { timeoutMs: 1000, signal, intervalMs: 1 })).toBe('here')
})

test.each([
  ['what was seen last', async () => ({ pending: '2/10 available' }), '2/10 available'],
  ['why the last look failed', async () => Promise.reject(new Error('connection refused')), 'connection refused'],
])('a wait that is over says %s', async (_, probe, last) => {
  const waiting = waitFor('the Rollout to be Healthy', probe, { timeoutMs: 20, signal, intervalMs: 5 })
  await expect(waiting).rejects.toThrow(`the Rollout to be Healthy did not happen within 0.02 s; last seen: ${last}`)
})

test('an abort ends a wait at once with its reason', async () => {
  const controller = new AbortController()
  const waiting = waitFor('it', async () => ({ pending: '' }), { timeoutMs: 60_000, signal: controller.signal })
  const reason = new DOMException('interrupted', 'AbortError')
  controller.abort(reason)
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
})
