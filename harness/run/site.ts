import { createHash } from 'node:crypto'
import type { WorldSetting } from '../../clusters/sim/world-setting.ts'
import type { Site } from '../../remediator/engine.ts'
import type { Row } from './row.ts'

const sites = new WeakMap<WorldSetting, Omit<Site, 'policyDigest'>>()
const digests = new WeakMap<Row['spec'], string>()

/** What an engine in this world is told by its configuration. */
export function siteOf(setting: WorldSetting, { spec }: Pick<Row, 'spec'>): Site {
  let site = sites.get(setting)
  if (site === undefined) sites.set(setting, (site = makeSite(setting)))
  let policyDigest = digests.get(spec)
  if (policyDigest === undefined) {
    policyDigest = createHash('sha256').update(JSON.stringify(spec)).digest('hex')
    digests.set(spec, policyDigest)
  }
  return { ...site, policyDigest }
}

function makeSite({ subject, topology, namespace }: WorldSetting): Omit<Site, 'policyDigest'> {
  const { rollout, templates } = subject
  return {
    target: { kind: 'Rollout', namespace, name: rollout.metadata.name },
    service: topology.subject,
    entry: topology.entry,
    calls: Object.entries(topology.services).flatMap(([caller, { calls }]) =>
      Object.keys(calls ?? {}).map(callee => ({ caller, callee })),
    ),
    baseline: { replicas: rollout.spec.replicas ?? 1, maxReplicas: null, thresholds: thresholdsOf(templates) },
  }
}
