import { randomBytes } from 'node:crypto'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import type { System } from '../live/tools/asked.ts'
import { lookIntervalMs } from '../looks.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import { buildSubjectImage, ensureImage, tagImage } from '../stage/images.ts'
import type { LoadTool } from '../stage/load-tool.ts'
import { freshNamespaces } from '../stage/namespaces.ts'
import { imageTags, imageWithTag } from '../stage/release-patch.ts'
import { installRollouts, rolloutsImage, waitForRollouts } from '../stage/rollouts.ts'
import { runTrials } from '../stage/run-trials.ts'
import type { ClusterSettings } from '../stage/settings.ts'
import { runTool } from '../stage/tool.ts'
import type { ClusterTrial, ClusterTrialResult } from '../stage/trial.ts'
import { createCluster, type KindCluster } from './cluster.ts'
import { requireTools } from './environment.ts'

export interface KindSuite {
  readonly settings: ClusterSettings
  /** The subject's manifests: one Rollout, its Services, templates and what they need. Documents of carmine's own kinds are skipped. */
  readonly manifests: readonly { readonly name: string; readonly text: string }[]
  readonly telemetry: Telemetry
  readonly system: System
  /** What sends the load of every trial. */
  readonly load: LoadTool
  /** Replaces the duration of the Rollout's timed pauses. */
  readonly pauseMs?: number
  readonly trials: readonly ClusterTrial[]
  /** How many play at once. */
  readonly sideBySide: number
  /** Called as soon as a trial has ended, in any order, with its place among the trials. */
  readonly onTrial: (result: ClusterTrialResult, index: number) => void
  /** Keeps the cluster after the run. */
  readonly retain?: boolean
  /** Progress, a line at a time. */
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Creates a kind cluster, runs the trials in it, some side by side, and deletes it, also after a failure or an abort of the signal.
 * @throws EnvironmentMissing (exit code 69) where Docker, kind or kubectl is missing; else when the cluster cannot be made or used
 */
export async function runKindSuite(suite: KindSuite): Promise<void> {
  await requireTools()
  const { settings, say, signal } = suite
  const name = `carmine-${randomBytes(4).toString('hex')}`
  say(`creating the kind cluster ${name}`)
  const k6Images = 'image' in suite.load.k6 ? [suite.load.k6.image] : []
  const images = [rolloutsImage(settings), settings.prometheusImage, ...k6Images]
  const subjectBuilt = buildSubjectImage(settings.nodeBaseImage, signal)
  const imagesThere = Promise.all(images.map(image => ensureImage(image, signal)))
  const [created, ...prepared] = await Promise.allSettled([
    createCluster(name, settings, signal),
    subjectBuilt,
    imagesThere,
  ])
  if (created.status === 'rejected') throw created.reason
  const cluster = created.value
  let api: KubeApi | undefined
  try {
    for (const outcome of prepared) if (outcome.status === 'rejected') throw outcome.reason
    const subjectImage = await subjectBuilt
    api = await connectKube(cluster.kubeconfig)
    const tagged = suite.trials
      .flatMap(({ plan }) => imageTags(plan.release))
      .map(tag => imageWithTag(subjectImage, tag))
    await tagImage(subjectImage, tagged, signal)
    await install(cluster, suite, [...images, subjectImage, ...tagged])
    const world = {
      cluster,
      api,
      manifests: suite.manifests,
      telemetry: suite.telemetry,
      system: suite.system,
      pauseMs: suite.pauseMs,
      subjectImage,
      prometheusImage: settings.prometheusImage,
      load: suite.load,
      lookIntervalMs: lookIntervalMs(suite.telemetry.scrapeInterval),
      say,
      signal,
    }
    const { trials, sideBySide, onTrial, retain = false } = suite
    const namespaces = freshNamespaces(api, name)
    const times = await runTrials({ world, namespaces, trials, sideBySide, onTrial, closesNamespaces: retain })
    const overheadS = (times.placesMs - times.playedMs) / 1000 / trials.length
    say(`${overheadS.toFixed(1)} s a trial beyond its own time`)
  } finally {
    api?.close()
    if (suite.retain) {
      say(
        `keeping the cluster ${name}: KUBECONFIG=${cluster.kubeconfigPath}, delete it with \`kind delete cluster --name ${name}\``,
      )
    } else {
      await cluster.delete()
      say(`deleted the kind cluster ${name}`)
    }
  }
}

async function install(
  cluster: KindCluster,
  { settings, say, signal }: KindSuite,
  images: readonly string[],
): Promise<void> {
  say(`installing Argo Rollouts ${settings.rolloutsVersion}`)
  await Promise.all([
    runTool('kind', ['load', 'docker-image', ...images, '--name', cluster.name], { timeoutMs: 300_000, signal }),
    installRollouts(cluster, settings, signal),
  ])
  await waitForRollouts(cluster, signal)
}
