import { parseAllDocuments } from 'yaml'
import type { ReleasePatch } from '../../harness/model/release.ts'
import { type Container, referToRelease, releaseVariables } from './release-patch.ts'

/** What a kind run changes in the manifests that it is given; everything else goes to the cluster as it stands. */
export interface Overlay {
  /** Of the first container of the Rollout and of every Deployment. */
  readonly image: string
  /** Replaces the duration of timed pauses. */
  readonly pauseMs?: number
  /** Variables of the Rollout's first container, added or replaced besides those of the release. */
  readonly env: Readonly<Record<string, string>>
  /** The first revision has its keys as they are before. */
  readonly release: ReleasePatch
  /** Replaces the address in every query of the AnalysisTemplates. */
  readonly prometheusAddress: string
  /** `dryRun`: no metric of the Rollout's analysis can end its run badly. */
  readonly analysis: 'live' | 'dryRun'
}

export interface OverlaidManifests {
  /** A JSON List for `kubectl apply`. */
  readonly text: string
  readonly rollout: string
  /** Names of the AnalysisTemplates. */
  readonly templates: readonly string[]
  readonly labelSelector: string
  /** File that holds the Rollout. */
  readonly file: string
  /** The Rollout's first container, as it is applied. */
  readonly container: Container
  /** Name of the Service that selects the Rollout's pods. */
  readonly service: string
  /** By the name of a Service, the label selector of the Deployment's pods behind it. */
  readonly deployments: Readonly<Record<string, string>>
}

interface Manifest {
  kind: string
  metadata: { name: string }
  spec: {
    selector?: Record<string, unknown>
    template?: { spec: { containers: Container[] }; metadata: { labels: Record<string, string> } }
    strategy?: { canary?: { steps?: Step[]; analysis?: Analysis } }
    metrics?: { provider?: { prometheus?: { address?: string } } }[]
  }
}

interface Analysis {
  dryRun?: { metricName: string }[]
}

interface Step {
  pause?: { duration?: string | number }
  analysis?: Analysis
}

/**
 * Reads validated manifests, one Rollout among them, and lays the overlay over them. Documents of carmine's own kinds are left out.
 * @throws where there is no Rollout, or no Service for it
 */
export function overlayManifests(
  files: readonly { name: string; text: string }[],
  overlay: Overlay,
): OverlaidManifests {
  const ours = readAll(files)
  for (const { manifest } of ours) {
    const container = manifest.spec.template?.spec.containers[0]
    if (container && (manifest.kind === 'Rollout' || manifest.kind === 'Deployment')) container.image = overlay.image
    if (manifest.kind !== 'AnalysisTemplate') continue
    for (const { provider } of manifest.spec.metrics ?? []) {
      if (provider?.prometheus !== undefined) provider.prometheus.address = overlay.prometheusAddress
    }
  }
  const rollout = ours.find(({ manifest }) => manifest.kind === 'Rollout')
  const template = rollout?.manifest.spec.template
  if (!rollout || !template) throw new Error('the manifests have no Rollout with a pod template')
  const canary = rollout.manifest.spec.strategy?.canary
  for (const { pause } of canary?.steps ?? []) {
    if (pause?.duration !== undefined && overlay.pauseMs !== undefined) pause.duration = `${overlay.pauseMs / 1000}s`
  }
  if (overlay.analysis === 'dryRun') {
    const analyses = [canary?.analysis, ...(canary?.steps ?? []).map(step => step.analysis)]
    for (const analysis of analyses) if (analysis) analysis.dryRun = [{ metricName: '.*' }]
  }

  const labels = template.metadata.labels
  const service = ours.find(({ manifest }) => selects(manifest, labels))
  if (service === undefined) throw new Error('no Service selects the pods of the Rollout')
  const [container] = template.spec.containers
  if (container === undefined) throw new Error('the Rollout has no container')
  setVariables(container, { ...releaseVariables(overlay.release), ...overlay.env })
  const referred = referToRelease(container, overlay.release)
  const matchLabels = (rollout.manifest.spec.selector?.['matchLabels'] ?? {}) as Record<string, string>
  return {
    text: JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [...referred, ...ours.map(({ manifest }) => manifest)],
    }),
    rollout: rollout.manifest.metadata.name,
    templates: ours.flatMap(({ manifest: { kind, metadata } }) => (kind === 'AnalysisTemplate' ? [metadata.name] : [])),
    labelSelector: selectorText(matchLabels),
    file: rollout.name,
    container,
    service: service.manifest.metadata.name,
    deployments: deploymentsOf(ours),
  }
}

/** Names of the Services that have a Deployment behind them. */
export function servicesWithDeployment(files: readonly { name: string; text: string }[]): string[] {
  return Object.keys(deploymentsOf(readAll(files)))
}

/** Name of the Service that the Rollout's pods call; undefined: they call none. */
export function dependencyOf(files: readonly { name: string; text: string }[]): string | undefined {
  const rollout = readAll(files).find(({ manifest }) => manifest.kind === 'Rollout')
  const env = rollout?.manifest.spec.template?.spec.containers[0]?.env ?? []
  const url = env.find(({ name }) => name === 'PAYMENTS_URL')?.value
  return /^https?:\/\/([^.:/]+)/.exec(url ?? '')?.[1]
}

interface Read {
  readonly name: string
  readonly manifest: Manifest
}

function readAll(files: readonly { name: string; text: string }[]): Read[] {
  const read = files.flatMap(({ name, text }) =>
    parseAllDocuments(text).map(document => ({
      name,
      manifest: document.toJS() as (Manifest & { apiVersion: string }) | null,
    })),
  )
  return read.flatMap(({ name, manifest }) =>
    manifest === null || manifest.apiVersion.startsWith('carmine/') ? [] : [{ name, manifest }],
  )
}

function deploymentsOf(all: readonly Read[]): Record<string, string> {
  const services = all.filter(({ manifest }) => isBehindDeployment(manifest, all))
  return Object.fromEntries(
    services.map(({ manifest: { metadata, spec } }) => [metadata.name, selectorText(spec.selector ?? {})]),
  )
}

function selects({ kind, spec }: Manifest, labels: Readonly<Record<string, string>>): boolean {
  return kind === 'Service' && Object.entries(spec.selector ?? {}).every(([key, value]) => labels[key] === value)
}

function isBehindDeployment(service: Manifest, all: readonly Read[]): boolean {
  return all.some(
    ({ manifest: { kind, spec } }) => kind === 'Deployment' && selects(service, spec.template?.metadata.labels ?? {}),
  )
}

function selectorText(selector: Readonly<Record<string, unknown>>): string {
  return Object.entries(selector)
    .map(([label, value]) => `${label}=${value}`)
    .join(',')
}

function setVariables(container: Container, env: Overlay['env']): void {
  const kept = (container.env ?? []).filter(({ name }) => !(name in env))
  container.env = [...kept, ...Object.entries(env).map(([name, value]) => ({ name, value }))]
}
