import { join } from 'node:path'
import { containerLabel } from '../containers/start-container.ts'
import { connectKube } from '../live/kube-api.ts'
import type { ObjectMeta } from '../live/objects.ts'
import { isSurelyAlive, mayBeAtWork, type ProcessOwner, parseOwner } from '../process-owner.ts'
import { subjectFolders, subjectRepository } from '../stage/images.ts'
import { k6Repository } from '../stage/k6-build.ts'
import { deleteNamespace, managedBy, ownerKey } from '../stage/namespaces.ts'
import { type FoundFolder, findOwnFolders, k6Folders, makeOwnFolder, removeOwnFolder } from '../stage/own-folder.ts'
import { runTool } from '../stage/tool.ts'
import { type ClusterUse, deleteCluster, kindClusters, useFolders } from './cluster.ts'

/** Something of carmine's that is there. */
export interface Leftover {
  readonly kind: 'kind cluster' | 'namespace' | 'object' | 'container' | 'images' | 'folder'
  readonly name: string
  /** `dead`: what made it has ended without it. `kept`: it was to stay, or nobody knows whose it is. `used`: by a run that goes on. */
  readonly state: 'dead' | 'kept' | 'used'
  readonly why: string
  /** Fails where it cannot be deleted; not for one that is gone. */
  remove(): Promise<void>
}

const cleanFolders = 'carmine-clean-'

/** The names that runs give to the clusters they make. */
const clusterName = /^carmine-[0-9a-f]{8}$/

/** kind clusters of carmine's, and of those that stand the namespaces of trials. */
export async function leftoverClusters(): Promise<Leftover[]> {
  const uses = findOwnFolders<ClusterUse>(useFolders)
  const names = (await kindClusters()).filter(name => clusterName.test(name))
  const found = await Promise.all(
    names.map(async name => {
      const ofIt = uses.filter(({ record }) => record?.cluster === name)
      const cluster = leftoverCluster(name, ofIt)
      if (cluster.state !== 'kept') return [cluster]
      const kubeconfig = await runTool('kind', ['get', 'kubeconfig', '--name', name])
      return [cluster, ...(await leftoverNamespaces(kubeconfig, `in ${name}`).catch(() => []))]
    }),
  )
  return found.flat()
}

function leftoverCluster(name: string, uses: readonly FoundFolder<ClusterUse>[]): Leftover {
  const user = uses.find(({ owner }) => owner !== undefined && mayBeAtWork(owner))?.owner
  const maker = uses.find(({ record }) => record?.made === true)
  const [state, why] =
    user !== undefined
      ? (['used', `process ${user.pid} uses it`] as const)
      : maker === undefined
        ? (['kept', 'there is no record of who made it'] as const)
        : maker.record!.retained
          ? (['kept', 'it was made with --retain'] as const)
          : (['dead', diedWithout(maker.owner!)] as const)
  const remove = async () => {
    // kind takes the cluster out of a kubeconfig too; the user's has nothing of it.
    const own = await makeOwnFolder(cleanFolders, null)
    await deleteCluster(name, join(own.path, 'kubeconfig'))
    for (const { path } of [...uses, own]) await removeOwnFolder(path)
  }
  return { kind: 'kind cluster', name, state, why, remove }
}

/** Temporary folders, but for those that go with a cluster. @param clusters names of all kind clusters */
export function leftoverFolders(clusters: readonly string[]): Leftover[] {
  const uses = findOwnFolders<ClusterUse>(useFolders).filter(
    ({ record }) => record?.made !== true || !clusters.includes(record.cluster),
  )
  const others = [subjectFolders, cleanFolders].flatMap(prefix => findOwnFolders(prefix))
  const folders = [...uses, ...others].map(({ path, owner }) => ({
    ...ownedBy(owner),
    kind: 'folder' as const,
    name: path,
    remove: () => removeOwnFolder(path),
  }))
  return [...folders, ...findOwnFolders<ProcessOwner | null>(k6Folders).map(leftoverLoad)]
}

/** A k6 outlives a run that was killed. */
function leftoverLoad({ path, owner, record: k6 }: FoundFolder<ProcessOwner | null>): Leftover {
  const { state, why } = ownedBy(owner)
  const runsOn = () => k6 != null && isSurelyAlive(k6)
  return {
    ...{ kind: 'folder', name: path, state },
    why: runsOn() ? `${why}; its k6, process ${k6!.pid}, still sends load` : why,
    async remove() {
      if (runsOn()) process.kill(k6!.pid, 'SIGKILL')
      await removeOwnFolder(path)
    },
  }
}

/** Containers that were started outside any cluster. */
export async function leftoverContainers(): Promise<Leftover[]> {
  const format = `{{.Names}} {{.Label "${containerLabel}"}}`
  const said = await runTool('docker', ['ps', '--all', '--filter', `label=${containerLabel}`, '--format', format])
  return linesOf(said).map(line => {
    const name = line.split(' ')[0]!
    const remove = async () => void (await runTool('docker', ['rm', '--force', '--volumes', name]))
    return { ...ownedBy(parseOwner(line.slice(name.length + 1))), kind: 'container' as const, name, remove }
  })
}

/** Images that runs have built. A later run with the same content builds none, so they stay unless all is to go. */
export async function leftoverImages(): Promise<Leftover[]> {
  const filters = [subjectRepository, k6Repository].flatMap(name => ['--filter', `reference=${name}`])
  const said = await runTool('docker', ['image', 'ls', ...filters, '--format', '{{.Repository}}:{{.Tag}}'])
  const byRepository = Map.groupBy(linesOf(said), image => image.split(':')[0]!)
  return [...byRepository].map(([name, images]) => ({
    kind: 'images' as const,
    name,
    state: 'kept' as const,
    why: `${images.length} that were built here, for later runs to use again`,
    remove: async () => void (await runTool('docker', ['image', 'rm', '--force', ...images])),
  }))
}

interface NamespaceList {
  readonly items: readonly {
    readonly metadata: ObjectMeta
  }[]
}

/** Namespaces of trials in a cluster. @param where said of each */
export async function leftoverNamespaces(kubeconfig: string, where: string): Promise<Leftover[]> {
  const api = await connectKube(kubeconfig)
  try {
    const selector = Object.entries(managedBy).map(([label, value]) => `${label}=${value}`)
    const path = `/api/v1/namespaces?labelSelector=${encodeURIComponent(selector.join(','))}`
    const { items } = await api.json<NamespaceList>('GET', path)
    return items.map(({ metadata: { name, uid, annotations } }) => {
      const { state, why } = ownedBy(parseOwner(annotations?.[ownerKey]))
      const remove = async () => {
        const own = await connectKube(kubeconfig)
        await deleteNamespace(own, name, there => there.uid === uid).finally(() => own.close())
      }
      return { kind: 'namespace' as const, name, state, why: `${where}; ${why}`, remove }
    })
  } finally {
    api.close()
  }
}

/** What an owner's record says of what it made. */
export function ownedBy(owner: ProcessOwner | undefined): Pick<Leftover, 'state' | 'why'> {
  if (owner === undefined) return { state: 'kept', why: 'there is no record of who made it' }
  if (!mayBeAtWork(owner)) return { state: 'dead', why: diedWithout(owner) }
  const { pid, host } = owner
  return { state: 'used', why: `process ${pid} on ${host} uses it` }
}

function diedWithout({ pid }: ProcessOwner): string {
  return `process ${pid}, which made it, has died`
}

function linesOf(text: string): string[] {
  return text.split('\n').filter(line => line !== '')
}
