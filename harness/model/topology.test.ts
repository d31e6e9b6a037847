import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseWith } from './parse-with.ts'
import { formatProblem } from './problem.ts'
import { possibleCallees, subjectCallsPerEntryRequest, topologyDocument } from './topology.ts'
import { readDocuments } from './yaml-source.ts'

const shopFile = new URL('../../scenarios/topology/shop.yaml', import.meta.url)

const small = `apiVersion: carmine/v1alpha1
kind: Topology
metadata: { name: small }
spec:
  subject: shop
  entry: web
  routes:
    buy: { share: 25%, calls: [shop] }
    look: { share: 75%, calls: [store] }
  services:
    web: { replicas: 1, workers: 8, time: { median: 1ms, sigma: 0.5 }, calls: { shop: { retries: 1 }, store: {} } }
    shop: { workers: 4, time: { median: 5ms, sigma: 0.5 }, calls: { store: { perRequest: 3, behind: fast, hitRatio: 80% }, fast: {} } }
    store: { kind: database, replicas: 1, workers: 4, time: { median: 2ms, sigma: 0.5 } }
    fast: { kind: cache, replicas: 1, workers: 4, time: { median: 1ms, sigma: 0.5 } }
`
const parse = (text: string) => parseWith(topologyDocument, readDocuments('t.yaml', text).documents[0]!)

test('a shop of seven services is read with its defaults', () => {
  const { value, problems } = parse(readFileSync(shopFile, 'utf8'))
  expect(problems).toEqual([])
  const { services } = value!.spec
  expect(Object.keys(services)).toHaveLength(7)
  expect(services['payments']).toEqual({
    kind: 'service',
    replicas: 2,
    workers: 4,
    time: { median: 2, sigma: 1 },
    cpu: 0,
    errorRatio: 0.005,
    calls: {},
  })
  expect(services['gateway']!.calls['catalog']).toEqual({ perRequest: 1, timeout: 2000, retries: 1, budget: 0.2 })
})

test('requests of the entry come to the subject by routes, calls and misses', () => {
  expect(subjectCallsPerEntryRequest(parse(small).value!.spec)).toBe(0.25)
  const store = parse(
    small
      .replace('subject: shop', 'subject: store')
      .replace('shop: { workers', 'shop: { replicas: 1, workers')
      .replace('database, replicas: 1', 'database'),
  ).value!.spec
  expect(subjectCallsPerEntryRequest(store)).toBeCloseTo(0.25 * 3 * 0.2 + 0.75, 12)
  expect(subjectCallsPerEntryRequest({ ...store, subject: 'web' })).toBe(1)
})

test('times below a millisecond are read as they are written', () => {
  const text = small.replace(
    'fast: { kind: cache, replicas: 1, workers: 4, time: { median: 1ms',
    'fast: { kind: cache, replicas: 1, workers: 4, cpu: 0.05ms, time: { median: 0.2ms',
  )
  expect(parse(text).value!.spec.services['fast']).toMatchObject({ time: { median: 0.2 }, cpu: 0.05 })
})

test('a service has a name that Kubernetes takes', () => {
  const { problems } = parse(small.replaceAll('fast', 'Fast_1'))
  expect(problems.map(formatProblem).join('\n')).toMatch(/^t\.yaml:14:5: error: .*lower-case letters/)
})

test('the subject may come to call whatever does not call it', () => {
  expect(possibleCallees(parse(small).value!.spec)).toEqual(['store', 'fast'])
})

test.each([
  [
    'an unknown subject',
    ['subject: shop', 'subject: shap'],
    '5:12: error: `spec.subject`: `shap` is no service: did you mean `shop`?',
  ],
  [
    'an unknown entry',
    ['entry: web', 'entry: wob'],
    '6:10: error: `spec.entry`: `wob` is no service: did you mean `web`?',
  ],
  [
    'shares that miss',
    ['75%', '70%'],
    '8:5: error: `spec.routes`: the shares of the routes add up to 95 %, not to 100 %',
  ],
  [
    'an unknown callee',
    ['store: {} }', 'store: {}, stroe: {} }'],
    'error: `spec.services.web.calls.stroe`: `stroe` is no service: did you mean `store`?',
  ],
  [
    'a route that the entry cannot serve',
    ['calls: [store]', 'calls: [fast]'],
    '9:33: error: `spec.routes.look.calls[0]`: `fast` is no call of the entry web: known are shop, store',
  ],
  [
    'a cycle',
    ['fast: { kind: cache, ', 'fast: { calls: { web: {} }, kind: cache, '],
    'error: `spec.services.fast.calls.web`: a service ends up calling itself: web -> shop -> fast -> web',
  ],
  [
    'a subject out of reach',
    ['calls: [shop]', 'calls: [store]'],
    '5:12: error: `spec.subject`: no route of the entry web reaches the subject shop',
  ],
  [
    'replicas of the subject',
    ['shop: { workers', 'shop: { replicas: 2, workers'],
    'error: `spec.services.shop.replicas`: the subject has the pods of its Rollout',
  ],
  [
    'no replicas of another',
    ['web: { replicas: 1, ', 'web: { '],
    'error: `spec.services.web`: the service web needs `replicas`',
  ],
  [
    'a budget of nothing',
    ['store: {} }', 'store: { budget: 20% } }'],
    'error: `spec.services.web.calls.store.budget`: a budget of retries needs `retries`',
  ],
  [
    'a hit ratio of nothing',
    ['behind: fast, ', ''],
    'error: `spec.services.shop.calls.store`: `behind` and `hitRatio` need each other',
  ],
  [
    'a cache that is none',
    ['kind: cache, ', ''],
    'error: `spec.services.shop.calls.store.behind`: fast is not of the kind cache',
  ],
  ['an unknown cache', ['behind: fast', 'behind: fost'], '`fost` is no call of shop: did you mean `fast`?'],
  [
    'a cache behind a cache',
    [
      'fast: {} } }',
      'fast: { behind: quick, hitRatio: 0.5 }, quick: {} } }\n    quick: { kind: cache, replicas: 1, workers: 4, time: { median: 1ms, sigma: 0.5 } }',
    ],
    'error: `spec.services.shop.calls.store.behind`: fast is itself behind a cache; one level is modelled',
  ],
  ['no time', ['median: 1ms', 'median: 0s'], 'a time here is above 0 and at most 1m'],
  ['a call that is named twice', ['calls: [shop]', 'calls: [shop, shop]'], 'calls[1]`: `shop` is named twice'],
  [
    'more CPU than time',
    ['web: { ', 'web: { cpu: 1s, '],
    'error: `spec.services.web.cpu`: the CPU time is part of `time`, which is ',
  ],
])('%s is told with its place', (_, [from, to], message) => {
  const { problems } = parse(small.replace(from!, to!))
  expect(problems.map(formatProblem).join('\n')).toContain(message)
  expect(problems).toHaveLength(1)
})
