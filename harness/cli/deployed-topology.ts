import { servicesWithDeployment } from '../../clusters/stage/overlay.ts'
import { apiVersion } from '../model/schema-types.ts'
import type { ServiceSpec, Topology } from '../model/topology.ts'

/**
 * The part of a topology that manifests bring to a cluster: what an engine is told of the rest would be nothing that it can see. Users'
 * requests arrive at the service under test, as the load does, and each needs all of its calls, whatever its route.
 */
export function deployedTopology(
  { subject, routes, services }: Topology,
  manifests: readonly { readonly name: string; readonly text: string }[],
): Topology {
  const there = new Set([subject, ...servicesWithDeployment(manifests)])
  const ofThose = <T>(record: Readonly<Record<string, T>>) => Object.entries(record).filter(([name]) => there.has(name))
  const callsOf = ({ calls }: ServiceSpec) =>
    ofThose(calls).map(([name, { behind, hitRatio, ...call }]) => {
      const isCached = behind !== undefined && there.has(behind)
      return [name, isCached ? { ...call, behind, hitRatio } : call] as const
    })
  const deployed = ofThose(services).map(
    ([name, spec]) => [name, { ...spec, calls: Object.fromEntries(callsOf(spec)) }] as const,
  )
  const calls = callsOf(services[subject]!).map(([name]) => name)
  const arriving = Object.entries(routes).map(([name, { share }]) => [name, { share, calls }] as const)
  return { subject, entry: subject, routes: Object.fromEntries(arriving), services: Object.fromEntries(deployed) }
}

const timesOfTopology: readonly string[] = ['median', 'cpu', 'timeout']

/** A topology as a file that `--topology` takes. */
export function renderTopology(name: string, topology: Topology): string {
  const document = { apiVersion, kind: 'Topology', metadata: { name }, spec: topology }
  const withUnits = (key: string, value: unknown) => (timesOfTopology.includes(key) ? `${value}ms` : value)
  return `${JSON.stringify(document, withUnits, 1)}\n`
}
