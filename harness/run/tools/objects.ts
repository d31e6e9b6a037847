import type { RolloutSpec } from '../../../clusters/manifests/argo-types.ts'
import { containerLimits } from '../../../clusters/sim/container-limits.ts'
import { nodeOf } from '../../../clusters/sim/kubernetes/nodes.ts'
import { type Pod, podView } from '../../../clusters/sim/kubernetes/state.ts'
import { imageOf, patchKey, patchValue } from '../../../clusters/sim/release-patch.ts'
import { patchTargets } from '../../model/release.ts'
import type { PodUse, RolloutObject, TemplateObject, ToolAnswer } from '../../model/tool.ts'
import type { Asked } from './asked.ts'

/** Only the service under test is a Rollout. */
export function describeObjects(run: Asked, service: string): ToolAnswer {
  if (service !== run.setting.topology.subject)
    return { tool: 'objects', error: `rollouts.argoproj.io "${service}" not found` }
  const { kubernetes } = run.world.rollout
  return {
    tool: 'objects',
    rollout: rolloutObject(run),
    pods: kubernetes.replicaSets.flatMap(({ pods }) => pods.map(pod => ({ ...podView(pod), ...podUse(run, pod) }))),
    revisions: templates(run),
  }
}

function rolloutObject({ world }: Asked): RolloutObject {
  const { metadata, spec, autoscaler } = world.rollout
  const { cpuLimit, memoryLimitBytes } = containerLimits(spec.template.spec?.containers[0])
  return {
    name: metadata.name,
    replicas: spec.replicas ?? 1,
    maxReplicas: autoscaler?.manifest.spec.maxReplicas ?? null,
    cpuLimitMilli: cpuLimit === null ? null : Math.round(cpuLimit * 1000),
    memoryLimitMiB: memoryLimitBytes === null ? null : Math.round(memoryLimitBytes / 2 ** 20),
  }
}

function podUse(run: Asked, pod: Pod): PodUse {
  const { kubernetes } = run.world.rollout
  const sample = run.world.usageSamples.byPod[pod.name]
  const cores = sample?.cpuCores ?? null
  return {
    node: nodeOf(kubernetes, pod).name,
    startedAtMs: createdMs(run, pod.startedMs ?? pod.createdMs),
    cpuMilli: cores === null ? null : Math.round(cores * 1000),
    memoryMiB: sample === undefined ? null : Math.round(sample.memoryBytes / 2 ** 20),
  }
}

function templates(run: Asked): TemplateObject[] {
  const { revisions, kubernetes } = run.world.rollout
  return revisions.map(({ podTemplateHash, template }, i) => ({
    podTemplateHash,
    revision: kubernetes.replicaSets[i]!.revision,
    image: imageOf(template),
    values: templateValues(run, template),
  }))
}

/** What stands in a template where a release may change it; keys that are not there are left out. */
export function templateValues({ setting }: Asked, template: RolloutSpec['template']): Record<string, string> {
  const { variable } = setting.subject.release
  const values: Record<string, string> = {}
  for (const target of patchTargets) {
    const value = patchValue({ template }, target, variable)
    if (value !== '') values[patchKey(target, variable)] = value
  }
  return values
}

/** What was there when the trial began had been there for long. */
export function createdMs({ setting }: Asked, atMs: number): number {
  return atMs < 0 ? -setting.telemetry.uptimeMs : atMs
}
