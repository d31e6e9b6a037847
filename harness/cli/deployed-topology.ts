import { servicesWithDeployment } from '../../clusters/stage/overlay.ts'
import type { Topology } from '../model/topology.ts'

type Calls = Topology['services'][string]['calls']

/**
 * The part of a topology that manifests bring to a cluster: what an engine is told of the rest would be nothing that it can see. Users'
 * requests arrive at the service under test, as the load does.
 */
export function deployedTopology(
  { subject, routes, services }: Topology,
  manifests: readonly { readonly name: string; readonly text: string }[],
): Topology {
  const there = new Set([subject, ...servicesWithDeployment(manifests)])
  const ofThose = <T>(record: Readonly<Record<string, T>>) => Object.entries(record).filter(([name]) => there.has(name))
  const deployed = ofThose(services).map(([name, spec]) => {
    const calls: Calls = Object.fromEntries(ofThose(spec.calls))
    return [name, { ...spec, calls }] as const
  })
  return { subject, entry: subject, routes, services: Object.fromEntries(deployed) }
}
