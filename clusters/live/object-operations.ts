import type { AnalysisTemplate } from '../manifests/argo-types.ts'
import { thresholdOf, withLimit } from '../sim/argo/thresholds.ts'
import { attempt, type Judged, type OperationResult, refused } from './attempt.ts'
import { KubeError } from './kube-api.ts'
import type { ConfigMapObject, PodObject } from './objects.ts'
import type { RolloutTarget } from './operations.ts'
import { flagSwitch, flagsConfig } from './tools/flags.ts'

/** Deletes one pod, and no other that has taken its name; its ReplicaSet makes another. Never throws. */
export function deletePod(target: RolloutTarget, pod: string, signal: AbortSignal): Promise<OperationResult> {
  const path = `/api/v1/namespaces/${target.namespace}/pods/${pod}`
  let uid: string | undefined
  return attempt(
    target.api,
    () => found(target.api.json<PodObject>('GET', path, { signal })),
    (object, isUncertain): Judged => {
      const isSame = object !== undefined && (uid === undefined || object.metadata.uid === uid)
      if (!isSame) return isUncertain ? { ok: true, message: 'deleted' } : refused(`there is no pod ${pod}`)
      if (object.metadata.deletionTimestamp !== undefined)
        return isUncertain ? { ok: true, message: 'deleted' } : refused(`pod ${pod} is being deleted already`)
      uid = object.metadata.uid
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid } }
      return { message: 'deleted', write: () => target.api.json('DELETE', path, { body, signal }) }
    },
    signal,
  )
}

/**
 * Puts another limit into a metric's conditions. An AnalysisRun that is under way keeps the metrics that it was made with; the next one has
 * the new limit (Argo Rollouts v1.9.1, utils/analysis/helpers.go, NewAnalysisRunFromTemplates). Never throws.
 */
export function changeThreshold(
  { api, namespace }: RolloutTarget,
  {
    template,
    metric,
    fromValue,
    toValue,
  }: {
    readonly template: string
    readonly metric: string
    readonly fromValue: number
    readonly toValue: number
  },
  signal: AbortSignal,
): Promise<OperationResult> {
  const path = `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/analysistemplates/${template}`
  return attempt(
    api,
    () => api.json<AnalysisTemplate>('GET', path, { signal }),
    (object): Judged => {
      const metrics = object.spec.metrics ?? []
      const index = metrics.findIndex(({ name }) => name === metric)
      const limit = index === -1 ? undefined : thresholdOf(metrics[index]!)
      if (limit === toValue) return { ok: true, message: `the limit is ${toValue}` }
      if (limit !== undefined && limit !== fromValue) return refused(`the limit is ${limit} by now, not ${fromValue}`)
      const changed = withLimit([object], template, metric, toValue)
      if (typeof changed === 'string') return refused(changed)
      const before = metrics[index]!
      const after = changed.templates[0]!.spec.metrics![index]!
      const body = (['failureCondition', 'successCondition'] as const).flatMap(condition => {
        const at = `/spec/metrics/${index}/${condition}`
        return before[condition] === after[condition]
          ? []
          : [
              { op: 'test', path: `/spec/metrics/${index}/name`, value: metric },
              { op: 'test', path: at, value: before[condition] },
              { op: 'replace', path: at, value: after[condition] },
            ]
      })
      return {
        message: `limit of ${metric} set from ${fromValue} to ${toValue}`,
        write: () => api.json('PATCH', path, { body, contentType: 'application/json-patch+json', signal }),
      }
    },
    signal,
  )
}

/** The ConfigMap that a Rollout's pods mount where they can be told at run time what not to log. */
export function loggingConfig(rollout: string): string {
  return `${rollout}-logging`
}
/** Its key: the silenced messages, one a line. */
export const quietKey = 'quiet'

/** The messages that a logging ConfigMap silences. */
export function quietedIn({ data }: Pick<ConfigMapObject, 'data'>): string[] {
  return (data?.[quietKey] ?? '').split('\n').filter(line => line !== '')
}

/** Adds a message to those that the Rollout's pods no longer log, or takes it from them. No pod is restarted. Never throws. */
export function setQuiet(
  { api, namespace, name }: RolloutTarget,
  { message, quiet }: { readonly message: string; readonly quiet: boolean },
  signal: AbortSignal,
): Promise<OperationResult> {
  const config = loggingConfig(name)
  const path = `/api/v1/namespaces/${namespace}/configmaps/${config}`
  return attempt(
    api,
    () => found(api.json<ConfigMapObject>('GET', path, { signal })),
    (object, isUncertain): Judged => {
      if (object === undefined)
        return refused(`the pods cannot be told what not to log: there is no ConfigMap ${config}`)
      const quieted = quietedIn(object)
      if (quieted.includes(message) === quiet) {
        if (isUncertain) return { ok: true, message: 'done' }
        return refused(quiet ? 'the message is not written already' : 'the message is written already')
      }
      const lines = quiet ? [...quieted, message] : quieted.filter(line => line !== message)
      const body = {
        metadata: { resourceVersion: object.metadata.resourceVersion },
        data: { [quietKey]: lines.join('\n') },
      }
      return {
        message: quiet ? 'the message is no longer written' : 'the message is written again',
        write: () => api.json('PATCH', path, { body, contentType: 'application/merge-patch+json', signal }),
      }
    },
    signal,
  )
}

/** Sets a feature flag to another value, in the name of people. Never throws. */
export function setFlag(
  { api, namespace }: RolloutTarget,
  { flag, value }: { readonly flag: string; readonly value: string },
  signal: AbortSignal,
): Promise<OperationResult> {
  const path = `/api/v1/namespaces/${namespace}/configmaps/${flagsConfig}`
  return attempt(
    api,
    () => found(api.json<ConfigMapObject>('GET', path, { signal })),
    (object, isUncertain): Judged => {
      const now = object?.data?.[flag]
      if (now === undefined) return refused(`there is no flag ${flag}`)
      if (now === value) return isUncertain ? { ok: true, message: 'done' } : refused(`${flag} is ${value} already`)
      const body = flagSwitch(flag, now, value, 'on-call')
      return {
        message: `${flag} switched from ${now} to ${value}`,
        write: () => api.json('PATCH', path, { body, contentType: 'application/merge-patch+json', signal }),
      }
    },
    signal,
  )
}

async function found<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined
    throw error
  }
}
