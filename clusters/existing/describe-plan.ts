import type { ManifestObject } from './objects.ts'
import type { SurveyedCluster } from './run-existing.ts'

type DescribedCluster = Omit<SurveyedCluster, 'user'> & {
  readonly user: Pick<SurveyedCluster['user'], 'context' | 'clusterName' | 'server'>
}

export interface PlannedRun {
  readonly trials: number
  readonly sideBySide: number
  readonly requestsPerSecond: number
  /** Of one trial, in its steady state; at most a quarter more while a release is under way. */
  readonly replicas: number
  readonly images: readonly string[]
  readonly subjectImage: string
  readonly loadFrom: 'cluster' | 'local'
  /** Images that are loaded into the nodes of a kind cluster; empty for any other. */
  readonly loadedInto: readonly string[]
}

/** What a run will make, touch and delete, for somebody to consent to. */
export function describePlan(
  { user: { context, clusterName, server }, argo, namespaces, objects }: DescribedCluster,
  run: PlannedRun,
): string {
  const named = (exists: boolean) => namespaces.filter(one => one.exists === exists).map(({ name }) => name)
  const [kept, made] = [named(true), named(false)]
  const rollout = objects.find(({ kind }) => kind === 'Rollout')!.metadata.name
  const lines = [
    `This run uses the cluster of the context ${context}: ${clusterName} at ${server}, with ${argo}.`,
    `trials   ${run.trials}, ${run.sideBySide} side by side, each alone in a namespace with ${run.requestsPerSecond} requests/s for ${run.replicas} pods of the service`,
    ...(made.length === 0
      ? []
      : [`made     namespaces ${made.join(', ')}; deleted after each trial with all that is in them`]),
    ...(kept.length === 0
      ? []
      : [
          `used     namespaces ${kept.join(', ')}, which stay; deleted after each trial are objects of this run's label alone`,
        ]),
    `objects  in each, at most: ${countKinds(objects)}`,
    `changed  the image of Rollout ${rollout}, and of every Deployment beside it, is replaced by the subject's: ${run.subjectImage}`,
    `images   ${run.images.join(', ')}`,
    ...(run.loadedInto.length === 0
      ? []
      : [`         loaded into the nodes of this kind cluster, where they stay: ${run.loadedInto.join(', ')}`]),
    `load     k6 ${run.loadFrom === 'cluster' ? 'as a Job in the namespace' : 'on this machine, through a Service of type NodePort'}`,
    'engine   acts as ServiceAccount carmine-engine, whose Role is of its namespace alone',
    'events   of Kubernetes about these objects stay until the cluster drops them, usually within an hour',
  ]
  return `${lines.join('\n')}\n`
}

/** As `2 ConfigMaps, 1 Rollout`, in order of appearance. */
function countKinds(objects: readonly Pick<ManifestObject, 'kind'>[]): string {
  const counts = new Map<string, number>()
  for (const { kind } of objects) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].map(([kind, count]) => `${count} ${kind}${count > 1 ? 's' : ''}`).join(', ')
}
