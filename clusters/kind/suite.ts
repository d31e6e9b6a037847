import { execa } from 'execa'
import { counted } from '../../harness/model/counted.ts'
import { formatDuration } from '../../harness/model/duration.ts'
import { withCleanUp } from '../stage/clean-up.ts'
import { type ClusterSuite, playSuite } from '../stage/cluster-suite.ts'
import type { ClusterTrial } from '../stage/cluster-trial.ts'
import { buildSubjectImage, ensureImage, tagImage } from '../stage/images.ts'
import { freshNamespaces } from '../stage/namespaces.ts'
import { imageTags, imageWithTag } from '../stage/release-patch.ts'
import { installRollouts, readRolloutsManifest, rolloutsImage } from '../stage/rollouts.ts'
import { sideBySideOn } from '../stage/side-by-side.ts'
import { createCluster, findCluster, type KindCluster, loadImages, newClusterName } from './cluster.ts'
import { requireTools } from './environment.ts'
import { measurePhases } from './phases.ts'

export interface KindSuite extends ClusterSuite {
  /** A cluster that an earlier run has left standing; it is left so again. */
  readonly cluster?: string | undefined
  /** Keeps a cluster that was made after the run. */
  readonly retain?: boolean
}

/**
 * Runs trials on a kind cluster, which is made for the purpose and deleted at the end, also after a failure or an abort of the signal;
 * or on one that stands.
 * @throws EnvironmentMissing where Docker, kind or kubectl is missing, Unavailable where the cluster cannot be made or used, InvalidInput
 * where a setting is wrong
 */
export async function runKindSuite(suite: KindSuite): Promise<void> {
  await requireTools()
  const { settings, say, signal, retain = false } = suite
  const sideBySide = suite.sideBySide ?? (await sideBySideHere())
  if (suite.trials.every(({ people }) => people === undefined)) say(expectedTime(suite.trials, sideBySide))
  const phases = measurePhases(() => performance.now())
  const manifest = await readRolloutsManifest(settings, signal)
  // Neither waits for the other; a failure of one ends both.
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const [opened, imaged] = await Promise.allSettled(
    [
      phases.during('cluster', () => openCluster(suite, either)),
      phases.during('images', () => prepareImages(suite, either)),
    ].map(part =>
      part.catch(reason => {
        stop.abort(reason)
        throw reason
      }),
    ) as [Promise<KindCluster>, Promise<Images>],
  )
  const play = async () => {
    either.throwIfAborted()
    const [cluster, { subject, all }] = [settledValue(opened), settledValue(imaged)]
    say(`${cluster.name}: loading images, installing Argo Rollouts ${settings.rolloutsVersion} where it is missing`)
    await phases.during('installation', () =>
      Promise.all([loadImages(cluster.name, all, signal), installRollouts(cluster, settings, manifest, signal)]),
    )
    const stays = retain || suite.cluster !== undefined
    await phases.during('trials', async () =>
      playSuite(suite, {
        backend: 'kind',
        cluster,
        namespaces: api => freshNamespaces(api, cluster.name),
        subjectImage: subject,
        sideBySide,
        closesNamespaces: stays,
      }),
    )
  }
  const cleanUp = async () => {
    if (opened.status === 'fulfilled') await phases.during('clean-up', () => leave(opened.value, suite))
  }
  await withCleanUp(play, cleanUp, say).finally(() => say(`took: ${phases.told()}`))
}

async function openCluster({ cluster, settings, say }: KindSuite, signal: AbortSignal): Promise<KindCluster> {
  if (cluster !== undefined) {
    say(`using the kind cluster ${cluster}`)
    return findCluster(cluster, signal)
  }
  const name = newClusterName()
  say(`creating the kind cluster ${name}`)
  return createCluster(name, settings, signal, say)
}

async function leave(cluster: KindCluster, { cluster: stood, retain, say }: KindSuite): Promise<void> {
  const { name, kubeconfigPath } = cluster
  if (stood !== undefined) return cluster.release()
  if (retain !== true) {
    await cluster.release()
    say(`deleted the kind cluster ${name}`)
    return
  }
  await cluster.retain()
  say(`keeping the kind cluster ${name}: --cluster ${name} uses it again, \`carmine clean --all\` deletes it`)
  say(`  KUBECONFIG=${kubeconfigPath}`)
}

interface Images {
  readonly subject: string
  readonly all: readonly string[]
}

/** Builds or pulls what the nodes are to have. */
async function prepareImages({ settings, load, trials }: KindSuite, signal: AbortSignal): Promise<Images> {
  const wanted = [
    { image: rolloutsImage(settings), setting: 'CARMINE_ROLLOUTS_VERSION' },
    { image: settings.prometheusImage, setting: 'CARMINE_PROMETHEUS_IMAGE' },
    ...('image' in load.k6 ? [{ image: load.k6.image, setting: 'CARMINE_K6_IMAGE' }] : []),
  ]
  const [subject] = await Promise.all([
    buildSubjectImage(settings.nodeBaseImage, signal),
    ...wanted.map(({ image, setting }) => ensureImage(image, signal, setting)),
  ])
  const tagged = trials.flatMap(({ plan }) => imageTags(plan.release)).map(tag => imageWithTag(subject, tag))
  await tagImage(subject, tagged, signal)
  return { subject, all: [...wanted.map(({ image }) => image), subject, ...tagged] }
}

/** Said before anything is made: a cluster plays in real time. */
function expectedTime(trials: readonly ClusterTrial[], sideBySide: number): string {
  const longestMs = Math.max(...trials.map(({ plan }) => plan.horizonMs))
  const totalMs = Math.ceil(trials.length / sideBySide) * longestMs
  const places = Math.min(sideBySide, trials.length)
  return `${counted(trials.length, 'trial')} of ${formatDuration(longestMs)}, ${places} side by side: at least ${formatDuration(totalMs)}`
}

/** By what the machine of Docker has, which need not be this one. */
async function sideBySideHere(): Promise<number> {
  const { stdout } = await execa('docker', ['info', '--format', '{{.NCPU}} {{.MemTotal}}'], { stdin: 'ignore' })
  const [cores, memoryBytes] = stdout.split(' ').map(Number)
  return sideBySideOn({ cores: cores || 1, memoryBytes: memoryBytes || 0 })
}

function settledValue<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}
