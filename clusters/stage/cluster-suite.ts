import { connectKube } from '../live/kube-api.ts'
import type { System } from '../live/tools/asked.ts'
import { lookIntervalMs } from '../looks.ts'
import type { Telemetry } from '../manifests/telemetry.ts'
import type { Cluster } from './cluster.ts'
import type { ClusterTrial, ClusterTrialResult, TrialWorld } from './cluster-trial.ts'
import type { LoadTool } from './load-tool.ts'
import type { Namespaces } from './namespaces.ts'
import { runTrials } from './run-trials.ts'
import type { ClusterSettings } from './settings.ts'

/** Trials to run on a real cluster, whichever it is. */
export interface ClusterSuite {
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
  /** How many play at once; undefined: as many as the machine carries. */
  readonly sideBySide?: number | undefined
  /** Called as soon as a trial has ended, in any order, with its place among the trials. */
  readonly onTrial: (result: ClusterTrialResult, index: number) => void
  /** Progress, a line at a time. */
  readonly say: (line: string) => void
  readonly signal: AbortSignal
}

/** As long as the engine's watches wait. */
const serverAwayMs = 120_000
const worthTellingMs = 2000

/** Where a suite's trials are played. */
export interface Place extends Pick<TrialWorld, 'backend'> {
  readonly cluster: Cluster
  readonly namespaces: (api: Awaited<ReturnType<typeof connectKube>>) => Namespaces
  /** An image of the subject that the cluster's nodes have, or can pull. */
  readonly subjectImage: string
  readonly sideBySide: number
  /** False where the cluster is deleted next. */
  readonly closesNamespaces: boolean
}

/** Plays a suite's trials on a cluster that has Argo Rollouts, and says what they took beyond their own time. */
export async function playSuite(suite: ClusterSuite, place: Place): Promise<void> {
  const { settings, manifests, telemetry, system, load, trials, onTrial, say, signal } = suite
  const { backend, cluster, subjectImage, sideBySide, closesNamespaces } = place
  const api = await connectKube(cluster.kubeconfig, {
    patienceMs: serverAwayMs,
    onRecovery({ reason, tookMs }) {
      if (tookMs >= worthTellingMs) say(`the API server is back after ${(tookMs / 1000).toFixed(1)} s: ${reason}`)
    },
  })
  try {
    const world = {
      ...{ backend, cluster, api, manifests, telemetry, system, load, subjectImage, say, signal },
      pauseMs: suite.pauseMs,
      prometheusImage: settings.prometheusImage,
      lookIntervalMs: lookIntervalMs(telemetry.scrapeInterval),
    }
    const namespaces = place.namespaces(api)
    const times = await runTrials({ world, namespaces, trials, sideBySide, onTrial, closesNamespaces })
    const overheadS = (times.placesMs - times.playedMs) / 1000 / trials.length
    say(`${overheadS.toFixed(1)} s a trial beyond its own time, ${Math.min(sideBySide, trials.length)} side by side`)
  } finally {
    api.close()
  }
}
