import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { findInvalidSpec } from '../sim/argo/validate-spec.ts'
import type { AnalysisTemplate, Rollout, RolloutSpec, Service } from './argo-types.ts'
import { readManifests } from './read-manifests.ts'

const read = (name: string) => readFileSync(new URL(`../../scenarios/subject/${name}`, import.meta.url), 'utf8')
const rollout = parse(read('rollout.yaml')) as Rollout
const services = read('services.yaml')
  .split('\n---\n')
  .map(text => parse(text) as Service)
services.push({ ...services[0]!, metadata: { name: 'checkout-canary' } })
const counted = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AnalysisTemplate', metadata: { name: 'counted' } } as const
const templates: AnalysisTemplate[] = [
  parse(read('analysis.yaml')) as AnalysisTemplate,
  {
    ...counted,
    spec: {
      args: [{ name: 'limit', value: '1' }, { name: 'hash' }],
      metrics: [
        {
          name: 'up',
          count: 1,
          successCondition: 'result[0] > {{args.limit}}',
          provider: { prometheus: { query: 'sum(up{rollouts_pod_template_hash="{{args.hash}}"})' } },
        },
      ],
    },
  },
]

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 })
/** Now and then one of the bad values, seldom enough that half of all specs are good. */
const mostly = <G, B>(good: fc.Arbitrary<G>, ...bad: B[]) =>
  fc.oneof({ weight: 15, arbitrary: good as fc.Arbitrary<G | B> }, { weight: 1, arbitrary: fc.constantFrom(...bad) })
const arg = fc.record({
  name: fc.constantFrom('namespace', 'canary-hash', 'hash'),
  valueFrom: fc.constantFrom({ podTemplateHashValue: 'Latest' as const }, { fieldRef: { fieldPath: 'metadata.name' } }),
})
const analysis = fc.record({
  templates: fc.array(
    fc.record({ templateName: mostly(fc.constantFrom('counted', 'counted', 'counted', 'error-rate'), 'absent') }),
    {
      minLength: 1,
      maxLength: 2,
    },
  ),
  args: fc.uniqueArray(arg, { selector: ({ name }) => name, minLength: 2, maxLength: 3 }),
})
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ setWeight: mostly(fc.constantFrom(0, 20, 100), 101, -1) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      pause: fc.record({
        duration: optional(mostly<string | number, string | number>(fc.constantFrom(10, '10', '1m30s'), -1, 'x')),
      }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ analysis }) },
  { weight: 1, arbitrary: fc.constantFrom({ setWeight: 5, pause: {} }, {}) },
)
const bound = optional(fc.constantFrom<string | number>(0, 1, 2, '0%', '25%'))
const spec = fc.record({
  replicas: mostly(fc.constantFrom(1, 10), -1),
  minReadySeconds: optional(mostly(fc.constantFrom(0, 10), -1, 600)),
  progressDeadlineSeconds: optional(mostly(fc.constantFrom(60, 600), 0)),
  revisionHistoryLimit: optional(mostly(fc.constantFrom(0, 2), -1)),
  app: mostly(fc.constant('checkout'), 'other'),
  canary: fc.record({
    maxSurge: bound,
    maxUnavailable: bound,
    canaryService: optional(mostly(fc.constant('checkout-canary'), 'checkout', 'payments', 'absent')),
    stableService: optional(mostly(fc.constant('checkout'), 'absent')),
    steps: fc.array(step, { maxLength: 3 }),
    analysis: optional(analysis),
  }),
})

test('an error is told where the controller refuses the spec, and nowhere else', () => {
  let refused = 0
  let taken = 0
  fc.assert(
    fc.property(spec, ({ app, canary, ...rest }) => {
      const selector = { matchLabels: { app } }
      const changed = structuredClone({ ...rollout.spec, ...rest, selector, strategy: { canary } }) as RolloutSpec
      const objects = [{ ...rollout, spec: changed }, ...services, ...templates]
      const files = [
        { name: 'all.yaml', text: objects.map(object => stringify(object)).join('---\n') },
        { name: 'payments.yaml', text: read('payments.yaml') },
      ]
      const text = parse(stringify(changed)) as RolloutSpec
      const invalid = findInvalidSpec(text, { metadata: rollout.metadata, templates, services })
      const errors = readManifests(files, { lenient: true }).problems.filter(problem => problem.severity === 'error')
      if (invalid === null) taken++
      else refused++
      expect(errors.length > 0, `${invalid} against ${errors.map(error => error.message).join('; ')}`).toBe(
        invalid !== null,
      )
    }),
    { numRuns: 100 },
  )
  expect(Math.min(refused, taken)).toBeGreaterThan(10)
})
