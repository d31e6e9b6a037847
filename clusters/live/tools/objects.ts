import type { PodUse, RolloutObject, ToolAnswer } from '../../../harness/model/tool.ts'
import { quantity } from '../../manifests/quantity.ts'
import { containerLimits } from '../../sim/container-limits.ts'
import { KubeError } from '../kube-api.ts'
import type { RolloutObject as ApiRollout, PodObject } from '../objects.ts'
import { rolloutPath } from '../operations.ts'
import { podView } from '../views.ts'
import { type Asked, trialMs } from './asked.ts'
import { readRevisions, templateObject } from './revisions.ts'

/** The Rollout, its pods and its revisions; other services are no Rollouts. */
export async function describeObjects(asked: Asked, service: string): Promise<ToolAnswer> {
  if (service !== asked.system.subject) return { tool: 'objects', error: `rollouts.argoproj.io "${service}" not found` }
  const { api, namespace, rollout: name, signal } = asked
  const [rollout, sets, usage, maxReplicas] = await Promise.all([
    api.json<ApiRollout>('GET', rolloutPath({ namespace, name }), { signal }),
    readRevisions(asked),
    readUsage(asked),
    readMaxReplicas(asked),
  ])
  return {
    tool: 'objects',
    rollout: rolloutObject(rollout, maxReplicas),
    pods: [...asked.pods.values()].map(pod => ({ ...podView(pod, false), ...podUse(asked, pod, usage) })),
    revisions: sets.map(templateObject),
  }
}

function rolloutObject({ metadata, spec }: ApiRollout, maxReplicas: number | null): RolloutObject {
  const { cpuLimit, memoryLimitBytes } = containerLimits(spec.template.spec?.containers[0])
  return {
    name: metadata.name,
    replicas: spec.replicas ?? 1,
    maxReplicas,
    cpuLimitMilli: cpuLimit === null ? null : Math.round(cpuLimit * 1000),
    memoryLimitMiB: memoryLimitBytes === null ? null : Math.round(memoryLimitBytes / 2 ** 20),
  }
}

function podUse(asked: Asked, { metadata, spec, status }: PodObject, usage: readonly PodUsage[]): PodUse {
  const startedAt = status?.containerStatuses?.[0]?.state?.running?.startedAt ?? metadata.creationTimestamp
  const used = usage.find(one => one.metadata.name === metadata.name)?.containers[0]?.usage
  return {
    node: spec.nodeName ?? '',
    startedAtMs: trialMs(asked, startedAt),
    cpuMilli: inUnits(used?.cpu, 1e-3),
    memoryMiB: inUnits(used?.memory, 2 ** 20),
  }
}

function inUnits(text: string | undefined, unit: number): number | null {
  const amount = quantity(text)
  return amount === undefined ? null : Math.round(amount / unit)
}

interface PodUsage {
  readonly metadata: { readonly name: string }
  readonly containers: readonly { readonly usage: Readonly<Record<'cpu' | 'memory', string>> }[]
}

/** Of metrics-server; nothing is known of any pod where there is none. */
async function readUsage({ api, namespace, signal }: Asked): Promise<readonly PodUsage[]> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${namespace}/pods`
  const list = await unlessAbsent(api.json<{ items: PodUsage[] }>('GET', path, { signal }))
  return list?.items ?? []
}

interface AutoscalerObject {
  readonly spec: {
    readonly scaleTargetRef: { readonly kind: string; readonly name: string }
    readonly maxReplicas: number
  }
}

async function readMaxReplicas({ api, namespace, rollout, signal }: Asked): Promise<number | null> {
  const path = `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`
  const { items } = await api.json<{ items: AutoscalerObject[] }>('GET', path, { signal })
  const own = items.find(({ spec: { scaleTargetRef: target } }) => target.kind === 'Rollout' && target.name === rollout)
  return own?.spec.maxReplicas ?? null
}

/** An API that the cluster does not have, or whose server is not there. */
async function unlessAbsent<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof KubeError && [403, 404, 503].includes(error.status)) return undefined
    throw error
  }
}
