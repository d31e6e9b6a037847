import type { Rollout } from '../../../clusters/manifests/argo-types.ts'
import { formatDuration } from '../../model/duration.ts'
import { type FaultSpec, faults, type NamedThing } from '../../model/fault.ts'
import type { Parameters } from '../../model/parameters.ts'
import { didYouMean, type Problem } from '../../model/problem.ts'
import { faultOf, type Instant, type ScenarioSpec } from '../../model/scenario.ts'
import { possibleCallees, type Topology } from '../../model/topology.ts'
import { type Path, problemAt, type SourceDocument } from '../../model/yaml-source.ts'
import { mixesOf, tenantsOf } from '../../run/plan-load.ts'

/** What a scenario is played in. */
export interface Surroundings {
  readonly horizonMs: number
  readonly topology: Topology
  readonly parameters: Parameters
}

/** The scenario's own fault, and where it stands. */
function placedFault({ deploys, incidents }: ScenarioSpec): { fault: FaultSpec; path: Path } | undefined {
  const incident = incidents[0]?.fault
  if (incident !== undefined) return { fault: incident, path: ['incidents', 0, 'fault'] }
  const fault = deploys[0]?.fault
  return fault === undefined ? undefined : { fault, path: ['deploys', 0, 'fault'] }
}

type Tell = (path: Path, message: string, hint?: string) => void

/** Values of a scenario that are right each for itself and not together, or not with what it is played in. */
export function scenarioContradictions(
  document: SourceDocument,
  spec: ScenarioSpec,
  surroundings: Surroundings,
): Problem[] {
  const problems: Problem[] = []
  const tell = teller(document, problems)
  checkScenario(spec, tell)
  checkDeploys(spec, surroundings, tell)
  checkIncidents(spec, surroundings, tell)
  checkNames(spec, surroundings, tell)
  checkDisturbances(spec, surroundings, tell)
  checkLoad(spec, surroundings, tell)
  return problems
}

function checkScenario(spec: ScenarioSpec, tell: Tell): void {
  const { deploys, incidents, scare } = spec
  if (deploys.length + incidents.length === 0) tell([], 'nothing happens: there is no deploy and no incident')
  if (deploys[0]?.fault !== undefined && incidents.length > 0)
    tell(['incidents', 0], 'a deploy with a fault and an incident: whose the symptoms are could not be told')
  if (faultOf(spec) === undefined && scare === undefined)
    tell([], 'neither a fault nor a `scare`: what would the trials show?')
}

function checkDeploys({ deploys }: ScenarioSpec, surroundings: Surroundings, tell: Tell): void {
  deploys.forEach(({ at, fault, truth }, i) => {
    const path = ['deploys', i]
    if (at >= surroundings.horizonMs) tell([...path, 'at'], `the deploy comes after ${theHorizon(surroundings)}`)
    if (fault !== undefined && faults[fault.kind]!.analysis !== undefined)
      tell([...path, 'fault', 'kind'], `\`${fault.kind}\` is no fault of a release: it is an incident`)
    if (truth.deploy === 'revert' && fault === undefined)
      tell([...path, 'truth', 'deploy'], '`revert`, and the deploy has no fault')
    if (truth.deploy === 'revert' && truth.remedies.length === 0)
      tell([...path, 'truth', 'remedies'], 'a deploy to `revert` has no remedy', 'known are abort, undo')
    const flagOff = truth.remedies.indexOf('flagOff')
    if (flagOff >= 0) tell([...path, 'truth', 'remedies', flagOff], '`flagOff`, and a deploy has no flag')
  })
}

function checkIncidents({ incidents }: ScenarioSpec, surroundings: Surroundings, tell: Tell): void {
  incidents.forEach(({ at, fault, flag, truth }, i) => {
    const path = ['incidents', i]
    if (at >= surroundings.horizonMs) tell([...path, 'at'], `the incident begins after ${theHorizon(surroundings)}`)
    if (truth.deploy === 'revert') tell([...path, 'truth', 'deploy'], '`revert`, and no deploy has the fault')
    if (faults[fault.kind]!.target !== 'env')
      tell([...path, 'fault', 'kind'], `\`${fault.kind}\` is a change of a release, not an incident`)
    const flagOff = truth.remedies.indexOf('flagOff')
    if (flag === undefined && flagOff >= 0)
      tell([...path, 'truth', 'remedies', flagOff], '`flagOff`, and the incident has no flag')
    if (flag !== undefined && flagOff < 0)
      tell([...path, 'truth', 'remedies'], 'what a flag switches on ends with it: `flagOff` is missing')
  })
}

/** Names that nothing has: a fault of theirs would never show. */
function checkNames(spec: ScenarioSpec, surroundings: Surroundings, tell: Tell): void {
  const placed = placedFault(spec)
  if (placed === undefined) return
  const { fault, path } = placed
  for (const [key, thing] of Object.entries(faults[fault.kind]!.names ?? {}))
    checkName(fault[key] as string, thing, namesOf(thing, spec, surroundings), [...path, key], tell)
}

/** What a fault can name. An extra call has to go to a service that does not call back. */
function namesOf(thing: NamedThing, { load }: ScenarioSpec, { topology, parameters }: Surroundings): string[] {
  const { traffic } = parameters
  switch (thing) {
    case 'service':
      return possibleCallees(topology)
    case 'route':
      return [...new Set(mixesOf(load, traffic, () => 0).flatMap(({ shares }) => withTraffic(shares)))]
    case 'tenant':
      return withTraffic(tenantsOf(load, traffic))
  }
}

function withTraffic(shares: Readonly<Record<string, number>>): string[] {
  return Object.keys(shares).filter(name => shares[name]! > 0)
}

function checkName(name: string, thing: NamedThing, known: readonly string[], path: Path, tell: Tell): void {
  if (known.includes(name)) return
  const hint = didYouMean(name, known) ?? `known are ${known.join(', ')}`
  tell(path, `there is no ${thing} \`${name}\``, hint)
}

function checkDisturbances({ deploys, disturbances }: ScenarioSpec, surroundings: Surroundings, tell: Tell): void {
  const { subject, services } = surroundings.topology
  disturbances.forEach((disturbance, i) => {
    const path = ['disturbances', i]
    const { kind } = disturbance
    if ('at' in disturbance && earliestMs(disturbance.at) >= surroundings.horizonMs)
      tell([...path, 'at'], `the disturbance begins after ${theHorizon(surroundings)}`)
    checkIntervals(disturbance, path, tell)
    const isSecond = disturbances.findIndex(other => other.kind === kind) < i
    if ((kind === 'sick-pod' || kind === 'warm-up') && isSecond)
      tell([...path, 'kind'], `a second \`${kind}\`, of which a trial has one`)
    if ((kind === 'sick-pod' || kind === 'noisy-neighbour' || kind === 'pod-crash') && deploys.length === 0)
      tell([...path, 'kind'], `\`${kind}\` is about pods of a new version, and there is no deploy`)
    if (kind === 'dependency-outage')
      checkName(
        disturbance.service,
        'service',
        Object.keys(services).filter(name => name !== subject),
        [...path, 'service'],
        tell,
      )
  })
}

function checkLoad({ load }: ScenarioSpec, surroundings: Surroundings, tell: Tell): void {
  const { bursts = [], laterRoutes } = load
  const timed: [Path, object & { at: Instant }, string][] = bursts.map((burst, i) => [
    ['load', 'bursts', i],
    burst,
    'burst',
  ])
  if (laterRoutes !== undefined) timed.push([['load', 'laterRoutes'], laterRoutes, 'later mix'])
  for (const [path, one, what] of timed) {
    if (earliestMs(one.at) >= surroundings.horizonMs)
      tell([...path, 'at'], `the ${what} begins after ${theHorizon(surroundings)}`)
    checkIntervals(one, path, tell)
  }
}

/** What a fault needs of the manifests to show at all. */
export function rolloutContradictions(document: SourceDocument, spec: ScenarioSpec, rollout: Rollout): Problem[] {
  const placed = placedFault(spec)
  if (placed === undefined) return []
  const problems: Problem[] = []
  const { fault, path } = placed
  const container = rollout.spec.template?.spec?.containers?.[0]
  const missing =
    faults[fault.kind]!.target === 'probePath' && container?.readinessProbe?.httpGet === undefined
      ? 'httpGet readiness probe'
      : fault.kind === 'memory-leak' && container?.resources?.['limits']?.['memory'] === undefined
        ? 'memory limit'
        : undefined
  if (missing !== undefined)
    teller(document, problems)(
      [...path, 'kind'],
      `\`${fault.kind}\` would never show: the first container of Rollout ${rollout.metadata.name} has no ${missing}`,
    )
  return problems
}

function teller(document: SourceDocument, problems: Problem[]): Tell {
  return (path, message, hint) => problems.push(problemAt(document, ['spec', ...path], message, { hint }))
}

function checkIntervals(of: object, path: Path, tell: Tell): void {
  for (const [key, value] of Object.entries(of)) {
    if (typeof value === 'object' && value !== null && 'from' in value && value.to < value.from)
      tell([...path, key, 'to'], '`to` lies before `from`')
  }
}

function theHorizon({ horizonMs }: Surroundings): string {
  return `the horizon (${formatDuration(horizonMs)})`
}

function earliestMs(instant: Instant): number {
  return typeof instant === 'number' ? instant : instant.from
}
