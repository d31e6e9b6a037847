import { createHash } from 'node:crypto'
import { failsOn, thresholdOf } from '../../clusters/sim/argo/thresholds.ts'
import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import type { Site } from '../../remediator/engine.ts'
import type { Row } from './row.ts'

type Place = Pick<WorldSetting, 'subject' | 'topology' | 'namespace'>

const sites = new WeakMap<Place, Omit<Site, 'policyDigest'>>()
const digests = new WeakMap<Row['spec'], string>()

/** What an engine in this world is told by its configuration. */
export function siteOf(setting: Place, { spec }: Pick<Row, 'spec'>): Site {
  let site = sites.get(setting)
  if (site === undefined) sites.set(setting, (site = makeSite(setting)))
  let policyDigest = digests.get(spec)
  if (policyDigest === undefined) {
    policyDigest = createHash('sha256').update(JSON.stringify(spec)).digest('hex')
    digests.set(spec, policyDigest)
  }
  return { ...site, policyDigest }
}

function makeSite({ subject, topology, namespace }: Place): Omit<Site, 'policyDigest'> {
  const { rollout } = subject
  return {
    target: { kind: 'Rollout', namespace, name: rollout.metadata.name },
    service: topology.subject,
    entry: topology.entry,
    calls: Object.entries(topology.services).flatMap(([caller, { calls }]) =>
      Object.keys(calls ?? {}).map(callee => ({ caller, callee })),
    ),
    baseline: baselineOf(subject),
  }
}

/** What people have approved is what stands in the manifests. Without an autoscaler twice the replicas may run (assumption). */
function baselineOf({ rollout, templates, autoscaler }: WorldSetting['subject']): Site['baseline'] {
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
