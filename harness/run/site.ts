import { createHash } from 'node:crypto'
import { failsOn, thresholdOf } from '../../clusters/sim/argo/thresholds.ts'
import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import type { Site } from '../../remediator/engine.ts'
import type { Row } from './row.ts'

type Place = Pick<WorldSetting, 'subject' | 'topology' | 'namespace'>

const digests = new WeakMap<Row['spec'], string>()

/**
 * What an engine is told by its configuration.
 * @param templates as they are when it begins; left out: those of the manifests
 */
export function siteOf(place: Place, { spec }: Pick<Row, 'spec'>, templates = place.subject.templates): Site {
  let policyDigest = digests.get(spec)
  if (policyDigest === undefined) {
    policyDigest = createHash('sha256').update(JSON.stringify(spec)).digest('hex')
    digests.set(spec, policyDigest)
  }
  const { subject, topology, namespace } = place
  return {
    target: { kind: 'Rollout', namespace, name: subject.rollout.metadata.name },
    service: topology.subject,
    entry: topology.entry,
    calls: Object.entries(topology.services).flatMap(([caller, { calls }]) =>
      Object.keys(calls ?? {}).map(callee => ({ caller, callee })),
    ),
    baseline: baselineOf(subject, templates),
    policyDigest,
  }
}

/** What people have approved is what stands on the cluster when the engine begins. Without an autoscaler twice the replicas may run (assumption). */
function baselineOf(
  { rollout, autoscaler }: Place['subject'],
  templates: Place['subject']['templates'],
): Site['baseline'] {
  const replicas = rollout.spec.replicas ?? 1
  const thresholds = templates.flatMap(({ metadata, spec }) =>
    (spec.metrics ?? []).flatMap(metric => {
      const limit = thresholdOf(metric)
      if (limit === undefined) return []
      return { template: metadata.name, metric: metric.name, limit, fails: failsOn(metric), isObjective: false }
    }),
  )
  return { replicas, maxReplicas: autoscaler?.spec.maxReplicas ?? 2 * replicas, thresholds }
}
