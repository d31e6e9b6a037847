import { buildStations } from './build-stations.ts'
import { groupsPerRevision, type SystemInputs } from './inputs.ts'
import type { SystemModel } from './model.ts'
import type { Pool, Storm } from './state.ts'
import type { Station, Stations } from './station.ts'

/** Stations as the last step left them; what waited for pods that are gone waits for others of the revision, or is lost with them. */
export function restored(model: SystemModel, inputs: SystemInputs, storm: Storm): Stations {
  const stations = buildStations(model, inputs)
  stations.byNode.forEach((some, n) => {
    for (const station of some) {
      const pool = n === model.subject ? storm.versions.find(({ key }) => key === station.key)?.pool : storm.nodes[n]
      if (pool !== undefined) restore(station, pool)
    }
  })
  const subject = stations.byNode[model.subject]!
  for (const { key, pool } of storm.versions) {
    if (pool.backlog === 0 || subject.some(station => station.key === key)) continue
    const others = subject.filter(station => revisionOf(station.key) === revisionOf(key))
    const replicas = others.reduce((sum, station) => sum + station.replicas, 0)
    for (const station of others) station.backlog += (pool.backlog * station.replicas) / replicas
  }
  return stations
}

function revisionOf(key: number): number {
  return Math.floor(key / groupsPerRevision)
}

function restore(station: Station, pool: Pool): void {
  station.backlog = pool.backlog
  station.arrivalPerS = pool.arrivalPerS
  station.rejectedRatio = pool.rejectedRatio
  station.heldS = pool.heldS
  for (const link of station.links) {
    const known = pool.links.find(({ callee }) => callee === link.callee)
    if (known === undefined) continue
    link.backlog = known.backlog
    link.attemptsPerS = known.attemptsPerS
    link.attemptMeanS = known.attemptMeanS
    link.pending = known.pending
    link.slots = known.slots
  }
}

/** What the next step has to know of these stations. */
export function remembered({ subject }: SystemModel, { byNode }: Stations, steps: number): Storm {
  const pool = ({ backlog, arrivalPerS, rejectedRatio, heldS, links }: Station): Pool => ({
    backlog,
    arrivalPerS,
    rejectedRatio,
    heldS,
    links: links.map(link => {
      const { callee, attemptsPerS, attemptMeanS, pending, slots } = link
      return { callee, backlog: link.backlog, attemptsPerS, attemptMeanS, pending, slots }
    }),
  })
  const nothing: Pool = { backlog: 0, arrivalPerS: 0, rejectedRatio: 0, heldS: 0, links: [] }
  const nodes = byNode.map(([station], n) => (n === subject || station === undefined ? nothing : pool(station)))
  return { steps, nodes, versions: byNode[subject]!.map(station => ({ key: station.key, pool: pool(station) })) }
}
