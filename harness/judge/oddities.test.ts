import { expect, test } from 'vitest'
import { cells, logOf, looks, pod } from './fixtures/quiet-logs.ts'
import { oddities } from './oddities.ts'

const head = [
  [0, 'look.missed', { reason: '' }],
  [0, 'rollout.changed', { currentHash: 'new' }],
] as const
const seen = [...head, ...looks(0, 300_000, {})]
const calm = [...seen, ...cells(0, 300_000)]

/** Two versions in a look: `old` as it always was. */
function beside(version: Parameters<typeof looks>[2]) {
  const old = looks(0, 300_000, { podTemplateHash: 'old' })
  return looks(0, 300_000, version).map(([t, type, data], i) => {
    return [t, type, { ...data, versions: [...data.versions, ...old[i]![2].versions] }] as const
  })
}

test('a calm log has nothing odd, nor has one whose old pods go and new ones come', () => {
  expect(oddities(logOf(...calm))).toEqual([])
  const old = { podTemplateHash: 'old' }
  const replaced = [pod(0, 'old', old), pod(10_000, 'a', { ready: false, phase: 'Pending' }), pod(20_000, 'a')]
  const gone = pod(30_000, 'old', { ...old, ready: false, phase: 'Terminating' })
  expect(oddities(logOf(...calm, ...replaced, gone, ...beside({})))).toEqual([])
})

test.each([
  ['requests', 180_000, [...seen, ...cells(0, 120_000), ...cells(120_000, 300_000, { bad: 2 })]],
  ['pod', 50_000, [...calm, pod(20_000, 'a'), pod(50_000, 'a', { restarts: 1 })]],
  ['pod', 50_000, [...calm, pod(20_000, 'a'), pod(50_000, 'a', { ready: false })]],
  ['pod', 50_000, [...calm, pod(20_000, 'a'), pod(50_000, 'a', { phase: 'Failed' })]],
  ['pod', 50_000, [...calm, pod(50_000, 'a', { phase: 'Pending', waitingReason: 'ImagePullBackOff' })]],
  ['telemetry', 62_000, [...calm, [62_000, 'look.missed', { reason: '' }] as const]],
  ['versions', 5_000, [...head, ...beside({ latency: [10, 10, 30, 0] })]],
  ['versions', 60_000, [...head, ...beside({ errors: 1 })]],
  ['traffic', 180_000, [...seen, ...cells(0, 120_000), ...cells(120_000, 300_000, { requests: 400 })]],
  ['traffic', 60_000, [...seen, ...cells(0, 300_000, { requests: 2 })]],
])('%s look odd', (kind, t, events) => {
  expect(oddities(logOf(...events))).toMatchObject([{ kind, t }])
})
