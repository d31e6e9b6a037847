import { counted } from '../../harness/model/counted.ts'
import { type Leftover, leftoverNamespaces, ownedBy } from '../kind/leftovers.ts'
import { parseOwner } from '../process-owner.ts'
import { managedBy, ownerKey, runLabel } from '../stage/namespaces.ts'
import { kindName, type ManifestObject } from './objects.ts'
import type { UserContext } from './open-context.ts'

/** What controllers make for other objects, some with the labels of these, and what nobody can delete. */
const followers =
  /^(?:events|pods|replicasets|endpoints|endpointslices|controllerrevisions|podmetrics|pods\.metrics)(?:\.|$)/

interface Found extends ManifestObject {
  readonly metadata: ManifestObject['metadata'] & {
    readonly namespace: string
    readonly annotations?: Readonly<Record<string, string>>
  }
}

const selector = Object.entries(managedBy)
  .map(([label, value]) => `${label}=${value}`)
  .join(',')

/** What runs have left in a cluster of the user's: namespaces that they made, and by run what they made in others. */
export async function leftoversIn(user: UserContext): Promise<Leftover[]> {
  const cluster = user.cluster()
  const namespaces = await leftoverNamespaces(cluster.kubeconfig, `in the cluster of ${user.context}`)
  const made = new Set(namespaces.map(({ name }) => name))
  const listed = await cluster.kubectl(['api-resources', '--namespaced', '--verbs=list,delete', '--output', 'name'])
  const resources = listed.split('\n').filter(name => name !== '' && !followers.test(name))
  const asked = ['get', resources.join(','), '--all-namespaces', '--selector', selector, '--output', 'json']
  const { items } = JSON.parse(await cluster.kubectl(asked)) as { items: readonly Found[] }
  const ours = items.filter(
    ({ metadata }) => metadata.annotations?.[ownerKey] !== undefined && !made.has(metadata.namespace),
  )
  const byRun = Map.groupBy(ours, ({ metadata }) => `${metadata.namespace} ${metadata.labels?.[runLabel]}`)
  const objects = [...byRun.values()].map((group): Leftover => {
    const { namespace, labels, annotations } = group[0]!.metadata
    const run = labels?.[runLabel] ?? ''
    const kinds = [...new Set(group.map(kindName))]
    const { state, why } = ownedBy(parseOwner(annotations?.[ownerKey]))
    const remove = async () => {
      const labelled = `${selector},${runLabel}=${run}`
      const waiting = ['--ignore-not-found', '--wait=true', '--timeout=180s']
      await cluster.kubectl(['--namespace', namespace, 'delete', kinds.join(','), '--selector', labelled, ...waiting])
    }
    const what = `${counted(group.length, 'object')} of ${run}`
    return {
      kind: 'object',
      name: `${namespace}: ${what}`,
      state,
      why: `in the cluster of ${user.context}; ${why}`,
      remove,
    }
  })
  return [...namespaces, ...objects]
}
