import { readFile } from 'node:fs/promises'
import { InvalidInput } from '../../harness/model/problem.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterSettings } from './settings.ts'
import { Unavailable } from './unavailable.ts'
import { waitFor } from './wait.ts'

const namespace = 'argo-rollouts'
const image = 'quay.io/argoproj/argo-rollouts'
const setting = 'CARMINE_ROLLOUTS_MANIFEST'

export function rolloutsImage(settings: Pick<ClusterSettings, 'rolloutsVersion'>): string {
  return `${image}:${settings.rolloutsVersion}`
}

/** The install manifest names the image `latest` and always pulls it: the version is set, and a loaded image is used. */
export function pinnedManifest(manifest: string, settings: Pick<ClusterSettings, 'rolloutsVersion'>): string {
  return manifest
    .replaceAll(/(image: )quay\.io\/argoproj\/argo-rollouts:\S+/g, `$1${rolloutsImage(settings)}`)
    .replaceAll('imagePullPolicy: Always', 'imagePullPolicy: IfNotPresent')
}

/**
 * The install manifest, read before a cluster is made for it. @throws InvalidInput where the setting names nothing of the kind, Unavailable
 * where the network does not lead there
 */
export async function readRolloutsManifest(
  settings: Pick<ClusterSettings, 'rolloutsManifest' | 'rolloutsVersion'>,
  signal: AbortSignal,
): Promise<string> {
  const source = settings.rolloutsManifest
  const manifest = await readManifest(source, signal)
  if (!manifest.includes('name: rollouts.argoproj.io') || !manifest.includes(image)) {
    throw wrongManifest(source, 'is no install.yaml of Argo Rollouts: it has no CRD of Rollouts, or no controller')
  }
  return pinnedManifest(manifest, settings)
}

/** Installs Argo Rollouts where it is missing, and waits for its controller. @throws Unavailable where another version is there. */
export async function installRollouts(
  cluster: Cluster,
  settings: Pick<ClusterSettings, 'rolloutsVersion'>,
  manifest: string,
  signal: AbortSignal,
): Promise<void> {
  const jsonPath = '{.spec.template.spec.containers[0].image}'
  const asked = ['get', 'deployment', 'argo-rollouts', '--ignore-not-found', '--output', `jsonpath=${jsonPath}`]
  const installed = await cluster.kubectl(['--namespace', namespace, ...asked])
  if (installed !== '' && installed !== rolloutsImage(settings)) {
    throw new Unavailable(
      `the cluster has ${installed}, not ${settings.rolloutsVersion}: set CARMINE_ROLLOUTS_VERSION to that version, or use another cluster`,
    )
  }
  if (installed === '') {
    const created = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
    await cluster.kubectl(['apply', '--filename', '-'], JSON.stringify(created))
    // Server-side: the CRDs are too large for the annotation that client-side apply writes.
    await cluster.kubectl(['apply', '--server-side', '--namespace', namespace, '--filename', '-'], manifest)
  }
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
  if (!/^https?:/.test(source)) {
    return readFile(source, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw wrongManifest(source, `cannot be read (${error.code})`)
    })
  }
  const answer = await fetch(source, { signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]) }).catch(
    (error: Error) => {
      signal.throwIfAborted()
      const said = error.cause instanceof Error ? error.cause.message : error.message
      throw new Unavailable(`${source} cannot be reached (${said}): set ${setting} to a copy of it on this machine`)
    },
  )
  if (!answer.ok) throw wrongManifest(source, `answers ${answer.status} ${answer.statusText}`)
  return answer.text()
}

function wrongManifest(file: string, message: string): InvalidInput {
  const hint = `set ${setting} to the path or URL of Argo Rollouts' install.yaml, or CARMINE_ROLLOUTS_VERSION to one of its releases`
  return new InvalidInput([{ file, line: 1, column: 1, message, severity: 'error', hint }])
}
