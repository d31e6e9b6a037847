import type { Telemetry } from '../../manifests/telemetry.ts'
import type { RatedSystem } from '../../rates.ts'
import type { KubeApi } from '../kube-api.ts'
import type { PodObject } from '../objects.ts'

/** What is known of the services of a system. */
export interface System extends RatedSystem {
  /** The first that users' requests reach; undefined where nobody has said how services call each other. */
  readonly entry?: string
  readonly services: Readonly<
    Record<
      string,
      { readonly workers?: number | undefined; readonly calls?: Readonly<Record<string, unknown>> | undefined }
    >
  >
}

/** Where an engine's tools look. */
export interface Asked {
  readonly api: KubeApi
  readonly namespace: string
  readonly rollout: string
  /** File that declares the Rollout. */
  readonly file: string
  readonly telemetry: Telemetry
  readonly system: System
  /** Path of Prometheus behind the API server, without a slash at its end. */
  readonly prometheusPath: string
  readonly lookIntervalMs: number
  /** Epoch ms of t = 0. */
  readonly startEpochMs: number
  /** The Rollout's pods by name: those that are there, and all that were seen. */
  readonly pods: ReadonlyMap<string, PodObject>
  readonly podsSeen: ReadonlyMap<string, PodObject>
  readonly signal: AbortSignal
}

/** Trial time of an instant of the API, in ms; negative before the trial. */
export function trialMs({ startEpochMs }: Pick<Asked, 'startEpochMs'>, instant: string): number {
  return Date.parse(instant) - startEpochMs
}
