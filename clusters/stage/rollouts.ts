import { readFile } from 'node:fs/promises'
import type { Cluster } from './cluster.ts'
import type { ClusterSettings } from './settings.ts'
import { waitFor } from './wait.ts'

const namespace = 'argo-rollouts'
const image = 'quay.io/argoproj/argo-rollouts'

export function rolloutsImage(settings: ClusterSettings): string {
  return `${image}:${settings.rolloutsVersion}`
}

/** The install manifest names the image `latest` and always pulls it: the version is set, and a loaded image is used. */
export function pinnedManifest(manifest: string, settings: ClusterSettings): string {
  return manifest
    .replaceAll(/(image: )quay\.io\/argoproj\/argo-rollouts:\S+/g, `$1${rolloutsImage(settings)}`)
    .replaceAll('imagePullPolicy: Always', 'imagePullPolicy: IfNotPresent')
}

/** Installs Argo Rollouts, without waiting for its controller. */
export async function installRollouts(cluster: Cluster, settings: ClusterSettings, signal: AbortSignal): Promise<void> {
  const manifest = pinnedManifest(await readManifest(settings.rolloutsManifest, signal), settings)
  await cluster.kubectl(['create', 'namespace', namespace])
  // Server-side: the CRDs are too large for the annotation that client-side apply writes.
  await cluster.kubectl(['apply', '--server-side', '--namespace', namespace, '--filename', '-'], manifest)
}

export async function waitForRollouts(cluster: Cluster, signal: AbortSignal): Promise<void> {
  await waitForDeployment(cluster, namespace, 'argo-rollouts', signal)
}

/** Waits until a Deployment has its replicas available. */
async function waitForDeployment(
  cluster: Cluster,
  inNamespace: string,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const jsonPath =
    '{.status.availableReplicas}/{.spec.replicas} available; {.status.conditions[?(@.type=="Available")].message}'
  await waitFor(
    `Deployment ${inNamespace}/${name} to be available`,
    async () => {
      const seen = await cluster.kubectl([
        '--namespace',
        inNamespace,
        'get',
        'deployment',
        name,
        '--output',
        `jsonpath=${jsonPath}`,
      ])
      const [available, wanted] = seen.split(' ')[0]!.split('/')
      return available === wanted ? { done: undefined } : { pending: seen }
    },
    { timeoutMs: 120_000, signal, intervalMs: 1000 },
  )
}

async function readManifest(source: string, signal: AbortSignal): Promise<string> {
  if (!/^https?:/.test(source)) return readFile(source, 'utf8')
  const answer = await fetch(source, { signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]) })
  if (!answer.ok) throw new Error(`${source}: ${answer.status} ${answer.statusText}`)
  return answer.text()
}
