import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { Cluster } from '../stage/cluster.ts'
import type { ClusterSettings } from '../stage/settings.ts'
import { runTool } from '../stage/tool.ts'

export interface KindCluster extends Cluster {
  readonly name: string
  /** A file of its own in a temporary folder, never the user's. */
  readonly kubeconfigPath: string
  /** Deletes the cluster and the kubeconfig; safe to call again. */
  delete(): Promise<void>
}

/** Creates a kind cluster of one node. What was created of it is deleted again when that fails or the signal aborts. */
export async function createCluster(
  name: string,
  settings: ClusterSettings,
  signal: AbortSignal,
): Promise<KindCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'carmine-kind-'))
  const kubeconfigPath = join(folder, 'kubeconfig')
  const config = stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [{ role: 'control-plane', labels: { 'carmine/cluster': name } }],
  })
  async function deleteAll() {
    await runTool('kind', ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfigPath])
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const image = settings.nodeImage === undefined ? [] : ['--image', settings.nodeImage]
    const args = [
      'create',
      'cluster',
      '--name',
      name,
      ...image,
      '--kubeconfig',
      kubeconfigPath,
      '--wait',
      '120s',
      '--config',
      '-',
    ]
    await runTool('kind', args, { input: config, timeoutMs: 300_000, signal })
    const kubeconfig = await readFile(kubeconfigPath, 'utf8')
    return {
      name,
      kubeconfigPath,
      kubeconfig,
      kubectl: (args, input) =>
        runTool('kubectl', ['--kubeconfig', kubeconfigPath, ...args], {
          signal,
          ...(input !== undefined && { input }),
        }),
      delete: deleteAll,
    }
  } catch (error) {
    await deleteAll()
    throw error
  }
}
