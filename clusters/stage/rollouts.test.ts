import { expect, test } from 'vitest'
import { pinnedManifest } from './rollouts.ts'
import { readClusterSettings } from './settings.ts'

test('the install manifest gets the version, and an image that was loaded into the node is not pulled again', () => {
  const manifest = '        image: quay.io/argoproj/argo-rollouts:latest\n        imagePullPolicy: Always\n'
  const settings = readClusterSettings({ CARMINE_ROLLOUTS_VERSION: 'v1.8.0' })
  expect(pinnedManifest(manifest, settings)).toBe(
    '        image: quay.io/argoproj/argo-rollouts:v1.8.0\n        imagePullPolicy: IfNotPresent\n',
  )
})

test("settings are upstream's names where nothing overrides them", () => {
  expect(readClusterSettings({ CARMINE_K6_IMAGE: '' })).toEqual({
    nodeImage: undefined,
    rolloutsVersion: 'v1.9.1',
    rolloutsManifest: 'https://github.com/argoproj/argo-rollouts/releases/download/v1.9.1/install.yaml',
    prometheusImage: 'prom/prometheus:v3.5.0',
    k6Image: 'grafana/k6:1.8.1',
    k6Version: 'v1.8.1',
    subjectImage: undefined,
    nodeBaseImage: 'node:24-bookworm-slim',
  })
})
