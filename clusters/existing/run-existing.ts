import { randomBytes } from 'node:crypto'
import type { Cluster } from '../stage/cluster.ts'
import { type ClusterSuite, playSuite } from '../stage/cluster-suite.ts'
import { freshLabels, ownerAnnotation } from '../stage/namespaces.ts'
import { Unavailable } from '../stage/unavailable.ts'
import { findArgo } from './argo.ts'
import { allowedNamespaces, occupants, surveyNamespaces } from './namespaces.ts'
import { asList, kindName, type ManifestObject, objectsOf, withMarks } from './objects.ts'
import type { UserContext } from './open-context.ts'
import { plannedObjects } from './planned-objects.ts'
import { neededRights, requireRights, type UsedNamespace } from './rights.ts'

export interface ExistingSuite extends ClusterSuite {
  /** The only ones that the run touches; see `wrongNamespaces`. */
  readonly namespaces: readonly string[]
  /** That the cluster can pull, or has. */
  readonly subjectImage: string
  /** At most as many as there are namespaces. */
  readonly sideBySide: number
}

/** A cluster that has what a run needs, and room for it. Nothing has been changed in it. */
export interface SurveyedCluster {
  readonly user: UserContext
  readonly argo: string
  readonly namespaces: readonly UsedNamespace[]
  /** All objects that a trial may make, its load among them. */
  readonly objects: readonly ManifestObject[]
}

/**
 * Looks at a cluster as the run will find it.
 * @throws Unavailable, with the fix, where it has not what the run needs
 */
export async function surveyCluster(user: UserContext, suite: ExistingSuite): Promise<SurveyedCluster> {
  const { settings, signal } = suite
  const { api, context } = user
  const argo = await findArgo(api, context, settings, signal)
  const namespaces = await surveyNamespaces(api, suite.namespaces, signal)
  const objects = plannedObjects(suite, suite.namespaces[0]!)
  refuseClusterWide(objects)
  const rights = await neededRights(api, objects, 'program' in suite.load.k6, signal)
  await requireRights(api, context, namespaces, rights, signal)
  const cluster = user.cluster(signal)
  const planned = asList(objects)
  await requireRoom(cluster, namespaces, planned)
  await tryOut(cluster, namespaces, planned)
  return { user, argo, namespaces, objects }
}

function refuseClusterWide(objects: readonly ManifestObject[]): void {
  const wide = objects.filter(({ kind }) =>
    /^Cluster[A-Z]|^(?:Namespace|PersistentVolume|CustomResourceDefinition)$/.test(kind),
  )
  if (wide.length === 0) return
  throw new Unavailable(
    `the manifests bring ${wide.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')}, and a run changes nothing that belongs to the whole cluster: bring it as an object of the namespace`,
  )
}

async function requireRoom(cluster: Cluster, namespaces: readonly UsedNamespace[], planned: string): Promise<void> {
  const found = await Promise.all(
    namespaces.map(async ({ name, exists }) =>
      exists ? { name, there: await occupants(cluster, name, planned) } : { name, there: [] },
    ),
  )
  const occupied = found.filter(({ there }) => there.length > 0)
  if (occupied.length === 0) return
  const told = occupied.map(({ name, there }) => `${name} has ${some(there)}`)
  throw new Unavailable(
    `a trial needs a namespace without workloads, and without objects of the names that it makes: ${told.join('; ')}. Name another, or one that is not there yet and is made`,
  )
}

/** What admission, quotas or rights would say against the objects, before any is made. */
async function tryOut(cluster: Cluster, namespaces: readonly UsedNamespace[], planned: string): Promise<void> {
  for (const { name, exists } of namespaces) {
    if (!exists) continue
    await cluster.kubectl(['--namespace', name, 'apply', '--dry-run=server', '--filename', '-'], planned)
  }
}

const namedAtMost = 6

function some(names: readonly string[]): string {
  const more = names.length - namedAtMost
  return more > 0 ? `${names.slice(0, namedAtMost).join(', ')} and ${more} more` : names.join(', ')
}

/** Runs the trials, one at a time in each namespace, and leaves these as they were, also after a failure or an abort of the signal. */
export async function runOnExisting({ user, namespaces }: SurveyedCluster, suite: ExistingSuite): Promise<void> {
  const runId = `run-${randomBytes(4).toString('hex')}`
  const kinds = new Set<string>()
  const owner = ownerAnnotation()
  const own = user.cluster(suite.signal)
  /** All that is applied carries the run's labels, by which it is found again. */
  const cluster: Cluster = {
    ...own,
    kubectl(args, input) {
      if (input === undefined || !args.includes('apply')) return own.kubectl(args, input)
      for (const object of objectsOf(input)) kinds.add(kindName(object))
      return own.kubectl(args, withMarks(input, freshLabels(runId), owner))
    },
  }
  await playSuite(suite, {
    backend: 'existing',
    cluster,
    namespaces: api => allowedNamespaces({ api, cluster: user.cluster(), runId }, namespaces, () => [...kinds]),
    subjectImage: suite.subjectImage,
    sideBySide: suite.sideBySide,
    closesNamespaces: true,
  })
}
