import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stringify } from 'yaml'
import type { Cluster } from '../stage/cluster.ts'
import { makeOwnFolder, type OwnFolder, removeOwnFolder, writeRecord } from '../stage/own-folder.ts'
import type { ClusterSettings } from '../stage/settings.ts'
import { runTool, ToolFailed } from '../stage/tool.ts'
import { Unavailable } from '../stage/unavailable.ts'
import { type Seen, waitFor } from '../stage/wait.ts'
import { fixOf } from './failures.ts'

export interface KindCluster extends Cluster {
  readonly name: string
  /** A file of its own in a temporary folder, never the user's. */
  readonly kubeconfigPath: string
  /** Deletes what was made for this use: the cluster too, unless it stood before. Safe to call again. */
  release(): Promise<void>
  /** Leaves the cluster standing, and the kubeconfig with it. */
  retain(): Promise<void>
}

/** What is on record of a run's use of a cluster. */
export interface ClusterUse {
  readonly cluster: string
  /** False where it stood before. */
  readonly made: boolean
  /** It is to stay. */
  readonly retained: boolean
}

export const useFolders = 'carmine-kind-'
/** Node label that tells carmine's clusters from others of such a name; its value is the cluster's name. */
const nodeLabel = 'carmine/cluster'

export function newClusterName(): string {
  return `carmine-${randomBytes(4).toString('hex')}`
}

/**
 * Pods of one node: the default of 110 (KubeletConfiguration, maxPods) is too few for trials that are set up and deleted beside others.
 */
const maxPods = 250

/** Creates a kind cluster of one node. What was created of it is deleted again when that fails or the signal aborts. */
export async function createCluster(
  name: string,
  settings: Pick<ClusterSettings, 'nodeImage'>,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<KindCluster> {
  const folder = await makeOwnFolder<ClusterUse>(useFolders, { cluster: name, made: true, retained: false })
  const { kubeconfigPath, release, retain } = useOf(folder)
  const config = stringify({
    kind: 'Cluster',
    apiVersion: 'kind.x-k8s.io/v1alpha4',
    nodes: [{ role: 'control-plane', labels: { [nodeLabel]: name } }],
    kubeadmConfigPatches: [stringify({ kind: 'KubeletConfiguration', maxPods })],
  })
  const image = settings.nodeImage === undefined ? [] : ['--image', settings.nodeImage]
  const named = ['--name', name, '--kubeconfig', kubeconfigPath]
  const args = ['create', 'cluster', ...named, ...image, '--wait', '120s', '--config', '-']
  try {
    await runTool('kind', args, { input: config, timeoutMs: 300_000, signal })
    return { name, ...(await connection(kubeconfigPath, signal)), kubeconfigPath, release, retain }
  } catch (error) {
    // The folder goes last: what is left without it nobody would know of.
    await deleteUnfinished(name, kubeconfigPath)
      .then(() => removeOwnFolder(folder.path))
      .catch((failed: Error) => say(`${name} could not be deleted, \`carmine clean\` does it: ${failed.message}`))
    if (!(error instanceof ToolFailed)) throw error
    throw new Unavailable(`no cluster could be made: ${fixOf(error.stderr, settings)}\n${error.message}`, {
      cause: error,
    })
  }
}

/**
 * Uses a kind cluster of carmine's that an earlier run has left standing. @throws Unavailable where there is none of that name, or it is
 * not carmine's
 */
export async function findCluster(name: string, signal: AbortSignal): Promise<KindCluster> {
  const names = await kindClusters(signal)
  if (!names.includes(name)) {
    const there = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`
    throw new Unavailable(
      `--cluster: no kind cluster is called ${name} (${there}); a run with --retain leaves one, and says its name`,
    )
  }
  const folder = await makeOwnFolder<ClusterUse>(useFolders, { cluster: name, made: false, retained: false })
  const { kubeconfigPath, release, retain } = useOf(folder)
  try {
    const kubeconfig = await runTool('kind', ['get', 'kubeconfig', '--name', name], { signal })
    await writeFile(kubeconfigPath, kubeconfig, { mode: 0o600 })
    const cluster = await connection(kubeconfigPath, signal)
    const asked = ['get', 'nodes', '--selector', `${nodeLabel}=${name}`, '--output', 'name', '--request-timeout', '20s']
    const nodes = await cluster.kubectl(asked).catch((error: unknown) => {
      signal.throwIfAborted()
      const said = (error as Error).message
      throw new Unavailable(`--cluster: ${name} does not answer; \`carmine clean --all\` deletes it\n${said}`)
    })
    if (nodes.trim() === '') {
      throw new Unavailable(
        `--cluster: ${name} was not made by carmine; to use it none the less: --backend existing --context kind-${name}`,
      )
    }
    return { name, ...cluster, kubeconfigPath, release, retain }
  } catch (error) {
    await release()
    throw error
  }
}

/** Names of all kind clusters of this machine's Docker. */
export async function kindClusters(signal?: AbortSignal): Promise<string[]> {
  const said = await runTool('kind', ['get', 'clusters'], { ...(signal && { signal }) })
  return said.split('\n').filter(line => line !== '')
}

export async function deleteCluster(name: string, kubeconfigPath: string): Promise<void> {
  await runTool('kind', ['delete', 'cluster', '--name', name, '--kubeconfig', kubeconfigPath])
}

/**
 * Deletes what there is of a cluster whose creation has ended in the middle. What kind had told Docker to do goes on without kind: a node may
 * appear after the first deletion.
 */
async function deleteUnfinished(name: string, kubeconfigPath: string): Promise<void> {
  const { signal } = new AbortController()
  await waitFor(
    `the end of the kind cluster ${name}`,
    async (): Promise<Seen<void>> => {
      await deleteCluster(name, kubeconfigPath)
      await sleep(lateNodeMs)
      return (await kindClusters()).includes(name) ? { pending: 'a node of it has appeared' } : { done: undefined }
    },
    { timeoutMs: 120_000, signal },
  )
}

const lateNodeMs = 1000

function useOf(folder: OwnFolder<ClusterUse>): Pick<KindCluster, 'kubeconfigPath' | 'release' | 'retain'> {
  const { cluster, made } = folder.record
  const kubeconfigPath = join(folder.path, 'kubeconfig')
  return {
    kubeconfigPath,
    async release() {
      if (made) await deleteCluster(cluster, kubeconfigPath)
      await removeOwnFolder(folder.path)
    },
    async retain() {
      if (made) await writeRecord({ ...folder, record: { ...folder.record, retained: true } })
      else await removeOwnFolder(folder.path)
    },
  }
}

async function connection(kubeconfigPath: string, signal: AbortSignal): Promise<Cluster> {
  return {
    kubeconfig: await readFile(kubeconfigPath, 'utf8'),
    kubectl: (args, input) =>
      runTool('kubectl', ['--kubeconfig', kubeconfigPath, ...args], {
        signal,
        ...(input !== undefined && { input }),
      }),
  }
}

/** Loads images of this machine's Docker into the nodes of a cluster. kind leaves out those that a node has. */
export async function loadImages(cluster: string, images: readonly string[], signal: AbortSignal): Promise<void> {
  const args = ['load', 'docker-image', ...images, '--name', cluster]
  await runTool('kind', args, { timeoutMs: 300_000, signal })
}
