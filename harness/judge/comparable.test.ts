import { expect, test } from 'vitest'
import { incomparable, type RunInputs } from './comparable.ts'
import { faultyScenario, scareScenario } from './fixtures/trials.ts'

const base: RunInputs = {
  name: 'runs/a',
  version: '1.0.0',
  backend: 'sim',
  horizonMs: 1_800_000,
  heldOut: ['leak'],
  scenarios: [faultyScenario('latency'), scareScenario('busy')],
  parameters: { people: { acknowledge: { median: 300, sigma: 0.8 } }, list: [1, 2] },
  topology: { services: [{ name: 'checkout' }] },
  subject: { rollout: { replicas: 10 } },
}
const against = (other: Partial<RunInputs>) => incomparable(base, { ...base, name: 'runs/b', ...other })

test('two runs of the same inputs can be compared, in whatever order their scenarios are', () => {
  expect(against({ scenarios: base.scenarios.toReversed() })).toEqual([])
  expect(against({ subject: { rollout: { replicas: 10, paused: undefined } } })).toEqual([])
})

test.each<[Partial<RunInputs>, string]>([
  [{ version: '1.1.0' }, 'version of carmine: 1.0.0 in runs/a, 1.1.0 in runs/b'],
  [{ backend: 'kind' }, 'backend: sim in runs/a, kind in runs/b'],
  [{ horizonMs: 60_000 }, 'horizon in ms: 1800000 in runs/a, 60000 in runs/b'],
  [{ heldOut: [] }, 'held-out families: leak in runs/a, none in runs/b'],
  [{ scenarios: [faultyScenario('latency')] }, 'a scenario only in runs/a: busy'],
  [
    { scenarios: [...base.scenarios, ...['a', 'b', 'c', 'd'].map(faultyScenario)] },
    'scenarios only in runs/b: a, b, c and 1 more',
  ],
  [
    { scenarios: [{ ...faultyScenario('latency'), baseErrorRatio: 0.5 }, scareScenario('busy')] },
    'other scenario latency: baseErrorRatio differs',
  ],
  [
    { parameters: { people: { acknowledge: { median: 60 } }, list: [1, 3] } },
    'other parameters: people.acknowledge.median, people.acknowledge.sigma, list.1 differ',
  ],
  [{ topology: { services: [] } }, 'other topology: services.0 differs'],
  [{ subject: { rollout: { replicas: 3 } } }, 'other manifests or telemetry: rollout.replicas differs'],
])('%o cannot', (other, reason) => {
  expect(against(other)).toEqual([reason])
})

test('all reasons are told at once', () => {
  expect(against({ version: '2', backend: 'kind', parameters: {} })).toHaveLength(3)
})
