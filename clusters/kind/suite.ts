import { randomBytes } from 'node:crypto'
import { connectKube, type KubeApi } from '../live/kube-api.ts'
import type { LookedAt } from '../live/look-reader.ts'
import { lookIntervalMs } from '../looks.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import { buildSubjectImage, ensureImage } from '../stage/images.ts'
import type { LoadTool } from '../stage/load-tool.ts'
import { prometheusManifests, prometheusNamespace } from '../stage/prometheus.ts'
import { installRollouts, rolloutsImage, waitForDeployment, waitForRollouts } from '../stage/rollouts.ts'
import type { ClusterSettings } from '../stage/settings.ts'
import { runTool } from '../stage/tool.ts'
import { type ClusterTrial, type ClusterTrialResult, runClusterTrial } from '../stage/trial.ts'
import { createCluster, type KindCluster } from './cluster.ts'
import { requireTools } from './environment.ts'

export interface KindSuite {
  readonly settings: ClusterSettings
  /** The subject's manifests: one Rollout, its Services, templates and what they need. Documents of carmine's own kinds are skipped. */
  readonly manifests: readonly { readonly name: string; readonly text: string }[]
  readonly telemetry: Telemetry
  readonly system: LookedAt
  /** What sends the load of every trial. */
  readonly load: LoadTool
  /** Replaces the duration of the Rollout's timed pauses. */
  readonly pauseMs?: number
  /** All run at once, each in a namespace of its own. */
  readonly trials: readonly ClusterTrial[]
  /** Keeps the cluster after the run. */
  readonly retain?: boolean
  /** Progress, a line at a time. */
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/**
 * Creates a kind cluster, runs the trials in it side by side, and deletes it, also after a failure or an abort of the signal. Results
 * are in the order of the plan.
 * @throws EnvironmentMissing (exit code 69) where Docker, kind or kubectl is missing; else when the cluster cannot be made or used
 */
export async function runKindSuite(suite: KindSuite): Promise<ClusterTrialResult[]> {
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
    // A name that tells faulty from harmless would be one more thing that the engine could read.
    const namespaces = suite.trials.map((_, i) => `trial-${i + 1}`)
    await install(cluster, suite, namespaces, [...images, subjectImage])
    const world = {
      cluster,
      api,
      manifests: suite.manifests,
      telemetry: suite.telemetry,
      system: suite.system,
      pauseMs: suite.pauseMs,
      subjectImage,
      load: suite.load,
      lookIntervalMs: lookIntervalMs(suite.telemetry.scrapeInterval),
      say,
    }
    return await allOrNone(
      suite.trials.map(
        (trial, i) => (signal: AbortSignal) => runClusterTrial({ ...world, signal }, trial, namespaces[i]!),
      ),
      signal,
    )
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
  { settings, telemetry, say, signal }: KindSuite,
  namespaces: readonly string[],
  images: readonly string[],
): Promise<void> {
  say(`installing Argo Rollouts ${settings.rolloutsVersion} and Prometheus`)
  const loaded = runTool('kind', ['load', 'docker-image', ...images, '--name', cluster.name], {
    timeoutMs: 300_000,
    signal,
  })
  const applied = (async () => {
    await installRollouts(cluster, settings, signal)
    const list = [prometheusNamespace, ...namespaces].map(name => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    }))
    await cluster.kubectl(['apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: list }))
  })()
  await Promise.all([loaded, applied])
  await cluster.kubectl(['apply', '--filename', '-'], prometheusManifests(settings, namespaces, telemetry))
  await waitForRollouts(cluster, signal)
  await waitForDeployment(cluster, prometheusNamespace, 'prometheus', signal)
}

/** Runs tasks side by side; the first that rejects ends the others, and has its reason thrown when all have ended. */
async function allOrNone<T>(tasks: ((signal: AbortSignal) => Promise<T>)[], signal: AbortSignal): Promise<T[]> {
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const running = tasks.map(task => task(either))
  for (const task of running) task.catch(reason => stop.abort(reason))
  const settled = await Promise.allSettled(running)
  either.throwIfAborted()
  return settled.flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []))
}
