import { randomBytes } from 'node:crypto'
import type { LookedAt } from '../live/look-reader.ts'
import { lookIntervalMs } from '../looks.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { Cluster } from '../stage/cluster.ts'
import { loadManifests } from '../stage/load.ts'
import type { LoadTool } from '../stage/load-tool.ts'
import { freshLabels } from '../stage/namespaces.ts'
import { runTrials, type TrialTimes } from '../stage/run-trials.ts'
import type { ClusterSettings } from '../stage/settings.ts'
import { type ClusterTrial, type ClusterTrialResult, loadOf, stageManifests } from '../stage/trial.ts'
import { Unavailable } from '../stage/unavailable.ts'
import { findArgo } from './argo.ts'
import { allowedNamespaces, occupants, surveyNamespaces } from './namespaces.ts'
import { kindName, type ManifestObject, objectsOf, withLabels } from './objects.ts'
import type { UserContext } from './open-context.ts'
import { requireRights, type UsedNamespace } from './rights.ts'

export interface ExistingSuite {
  /** The only ones that the run touches; see `wrongNamespaces`. */
  readonly namespaces: readonly string[]
  readonly settings: ClusterSettings
  /** That the cluster can pull, or has. */
  readonly subjectImage: string
  readonly manifests: readonly { readonly name: string; readonly text: string }[]
  readonly telemetry: Telemetry
  readonly system: LookedAt
  readonly load: LoadTool
  readonly pauseMs?: number
  readonly trials: readonly ClusterTrial[]
  /** Progress, a line at a time. */
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** A cluster that has what a run needs, and room for it. Nothing has been changed in it. */
export interface SurveyedCluster {
  readonly user: UserContext
  readonly argo: string
  readonly namespaces: readonly UsedNamespace[]
  /** Objects that each trial makes, its load among them. */
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
  await requireRights(api, context, namespaces, signal)
  const planned = plannedObjects(suite)
  const objects = objectsOf(planned)
  refuseClusterWide(objects)
  await requireRoom(user.cluster(signal), namespaces, planned)
  return { user, argo, namespaces, objects }
}

function plannedObjects({ settings, trials, namespaces, load, ...rest }: ExistingSuite): string {
  const trial = trials[0]!
  const world = { ...rest, pauseMs: rest.pauseMs, prometheusImage: settings.prometheusImage }
  const staged = stageManifests(world, trial, namespaces[0]!).text
  if (!('image' in load.k6)) return staged
  const job = { ...loadOf(trial.plan), image: load.k6.image, script: load.script, targetUrl: 'http://service' }
  return `${staged}\n---\n${loadManifests(job)}`
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

const namedAtMost = 6

function some(names: readonly string[]): string {
  const more = names.length - namedAtMost
  return more > 0 ? `${names.slice(0, namedAtMost).join(', ')} and ${more} more` : names.join(', ')
}

/** Runs the trials, one at a time in each namespace, and leaves these as they were, also after a failure or an abort of the signal. */
export async function runOnExisting(
  { user, namespaces }: SurveyedCluster,
  suite: ExistingSuite & {
    readonly sideBySide: number
    readonly onTrial: (result: ClusterTrialResult, index: number) => void
  },
): Promise<TrialTimes> {
  const { settings, say, signal } = suite
  const runId = `run-${randomBytes(4).toString('hex')}`
  const kinds = new Set<string>()
  const own = user.cluster(signal)
  /** All that is applied carries the run's labels, by which it is found again. */
  const cluster: Cluster = {
    ...own,
    kubectl(args, input) {
      if (input === undefined || !args.includes('apply')) return own.kubectl(args, input)
      for (const object of objectsOf(input)) kinds.add(kindName(object))
      return own.kubectl(args, withLabels(input, freshLabels(runId)))
    },
  }
  const world = {
    cluster,
    api: user.api,
    manifests: suite.manifests,
    telemetry: suite.telemetry,
    system: suite.system,
    pauseMs: suite.pauseMs,
    subjectImage: suite.subjectImage,
    prometheusImage: settings.prometheusImage,
    load: suite.load,
    lookIntervalMs: lookIntervalMs(suite.telemetry.scrapeInterval),
    say,
    signal,
  }
  const site = { api: user.api, cluster: user.cluster(), runId }
  const sideBySide = Math.min(suite.sideBySide, namespaces.length)
  const { trials, onTrial } = suite
  return runTrials({
    world,
    namespaces: allowedNamespaces(site, namespaces, () => [...kinds]),
    trials,
    sideBySide,
    onTrial,
    closesNamespaces: true,
  })
}
