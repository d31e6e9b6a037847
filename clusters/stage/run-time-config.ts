import type { TrialPlan } from '../../harness/model/trial.ts'
import type { KubeApi } from '../live/kube-api.ts'
import { loggingConfig, quietedIn, quietKey } from '../live/object-operations.ts'
import type { ConfigMapObject } from '../live/objects.ts'
import { flagsConfig } from '../live/tools/flags.ts'
import { watchObjects } from '../live/watch.ts'

/**
 * What can be changed while the subject runs, without a release: its flags, and what it does not log. It stands in ConfigMaps, where
 * people and the engine change it; the subject hears of it with its orders, sooner than by a mounted file.
 */
export interface RunTimeConfig {
  readonly quieted: readonly string[]
  readonly flags: Readonly<Record<string, string>>
}

/** The ConfigMaps as they are before t = 0. */
export function runTimeManifests(rollout: string, { incident }: TrialPlan): object[] {
  const configMap = (name: string, data: Readonly<Record<string, string>>) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data,
  })
  const flag = incident?.flag ?? null
  return [
    configMap(loggingConfig(rollout), { [quietKey]: '' }),
    configMap(flagsConfig, flag === null ? {} : { [flag.name]: flag.before }),
  ]
}

export interface RunTimeSetting {
  readonly api: KubeApi
  readonly namespace: string
  readonly rollout: string
  readonly onChange: () => void
  readonly onFailure: (error: Error) => void
  readonly signal: AbortSignal
}

/** Follows the ConfigMaps until the signal. @returns what they say now. */
export async function followRunTimeConfig(setting: RunTimeSetting): Promise<() => RunTimeConfig> {
  const { api, namespace, rollout, onChange, onFailure, signal } = setting
  let now: RunTimeConfig = { quieted: [], flags: {} }
  await watchObjects<ConfigMapObject>(api, {
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    signal,
    onFailure,
    onChange(config) {
      const { metadata, data = {} } = config
      if (metadata.name === loggingConfig(rollout)) now = { ...now, quieted: quietedIn(config) }
      else if (metadata.name === flagsConfig) now = { ...now, flags: data }
      else return
      onChange()
    },
  })
  return () => now
}

/** Whether what goes wrong without a deploy is there at an instant of trial time. */
export function isIncidentOn({ incident }: TrialPlan, tMs: number, { flags }: RunTimeConfig): boolean {
  if (incident === null) return false
  const { flag, atMs } = incident
  return flag === null ? atMs <= tMs : flags[flag.name] === flag.after
}
