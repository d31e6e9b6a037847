import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { ReleasePatch } from '../../harness/model/release.ts'
import { overlayManifests } from './overlay.ts'

const folder = new URL('../../scenarios/subject/', import.meta.url)
const shipped = readdirSync(folder)
  .filter(name => name.endsWith('.yaml'))
  .map(name => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))

const prometheusAddress = 'http://prometheus.trial.svc:9090'
const env = { BASE_ERROR_RATIO: '0.002' }
const release: ReleasePatch = { target: 'env', before: 'opaque', after: 'other', repaired: 'third', intent: null }

interface Canary {
  steps: unknown[]
  analysis: { dryRun?: unknown }
}
interface Item {
  kind: string
  metadata: { name: string }
  spec: {
    template: { spec: { containers: { image: string; env: { name: string; value: string }[] }[] } }
    strategy: { canary: Canary }
    metrics: { provider: { prometheus: { address: string; query: string } } }[]
  }
}
const itemsOf = (text: string) => (JSON.parse(text) as { items: Item[] }).items

test('the shipped manifests get the image, the variables and the pauses of the run, and nothing else changes', () => {
  const { text, ...read } = overlayManifests(shipped, {
    image: 'x:1',
    pauseMs: 30_000,
    analysis: 'live',
    env,
    release,
    prometheusAddress,
  })
  expect(read).toMatchObject({
    rollout: 'checkout',
    service: 'checkout',
    deployments: { payments: 'app=payments' },
    labelSelector: 'app=checkout',
    file: 'rollout.yaml',
  })
  const rollout = itemsOf(text).find(({ kind }) => kind === 'Rollout')!.spec
  expect(rollout.template.spec.containers[0]?.image).toBe('x:1')
  expect(rollout.template.spec.containers[0]?.env).toEqual([
    { name: 'PAYMENTS_URL', value: 'http://payments' },
    { name: 'RELEASE', value: 'opaque' },
    { name: 'BASE_ERROR_RATIO', value: '0.002' },
  ])
  expect(rollout.strategy.canary.steps).toEqual([
    { setWeight: 20 },
    { pause: { duration: '30s' } },
    { setWeight: 50 },
    { pause: { duration: '30s' } },
    { setWeight: 100 },
  ])
  expect(rollout.strategy.canary.analysis.dryRun).toBeUndefined()
  const template = itemsOf(text).find(({ kind }) => kind === 'AnalysisTemplate')!.spec
  expect(template.metrics.map(({ provider }) => provider.prometheus)).toEqual([
    { address: prometheusAddress, query: expect.stringContaining('http_requests_total') },
  ])
  const plain = itemsOf(
    overlayManifests(shipped, { image: 'carmine/subject:1', analysis: 'live', env, release, prometheusAddress }).text,
  )
  expect(plain.find(({ kind }) => kind === 'Rollout')!.spec.strategy.canary.steps[1]).toEqual({
    pause: { duration: '120s' },
  })
  expect(
    itemsOf(text)
      .map(({ kind, metadata }) => `${kind}/${metadata.name}`)
      .sort(),
  ).toEqual([
    'AnalysisTemplate/error-rate',
    'Deployment/payments',
    'Rollout/checkout',
    'Service/checkout',
    'Service/payments',
  ])
})

test('a dry run covers every metric of background and step analyses', () => {
  const text = readFileSync(new URL('rollout.yaml', folder), 'utf8').replace(
    '- setWeight: 50',
    '- analysis: { templates: [{ templateName: error-rate }] }',
  )
  const files = [...shipped.filter(({ name }) => name !== 'rollout.yaml'), { name: 'rollout.yaml', text }]
  const canary = itemsOf(
    overlayManifests(files, { image: 'x', analysis: 'dryRun', env, release, prometheusAddress }).text,
  ).find(({ kind }) => kind === 'Rollout')!.spec.strategy.canary
  expect(canary.analysis.dryRun).toEqual([{ metricName: '.*' }])
  expect(canary.steps[2]).toMatchObject({ analysis: { dryRun: [{ metricName: '.*' }] } })
})

test.each([
  ['no Rollout', 'rollout.yaml', /no Rollout/],
  ['no Service', 'services.yaml', /no Service/],
])('%s is refused', (_, without, message) => {
  expect(() =>
    overlayManifests(
      shipped.filter(({ name }) => name !== without),
      { image: 'x', analysis: 'live', env, release, prometheusAddress },
    ),
  ).toThrow(message)
})
