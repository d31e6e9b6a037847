import { dependency } from '../../../clusters/sim/world-setting.ts'
import { formatDuration } from '../../model/duration.ts'
import { faults } from '../../model/fault.ts'
import { nearest, type Problem } from '../../model/problem.ts'
import { faultOf, type Instant, type ScenarioSpec } from '../../model/scenario.ts'
import type { Suite } from '../../model/suite.ts'
import { type Path, problemAt, type SourceDocument } from '../../model/yaml-source.ts'

/** Values of a scenario that are right each for itself and not together, or not with the suite's horizon. */
export function scenarioContradictions(document: SourceDocument, spec: ScenarioSpec, horizonMs: number): Problem[] {
  const problems: Problem[] = []
  const tell = (path: Path, message: string, hint?: string) =>
    problems.push(problemAt(document, ['spec', ...path], message, { hint }))
  const horizon = `the horizon (${formatDuration(horizonMs)})`
  spec.deploys.forEach(({ at, fault, truth }, i) => {
    const path = ['deploys', i]
    if (at >= horizonMs) tell([...path, 'at'], `the deploy comes after ${horizon}`)
    if (truth.deploy === 'revert' && fault === undefined)
      tell([...path, 'truth', 'deploy'], '`revert`, and the deploy has no fault')
    if (truth.deploy === 'revert' && truth.remedies.length === 0)
      tell([...path, 'truth', 'remedies'], 'a deploy to `revert` has no remedy', 'known are abort, undo')
  })
  const { deploys, incidents, scare } = spec
  if (deploys.length + incidents.length === 0) tell([], 'nothing happens: there is no deploy and no incident')
  if (deploys[0]?.fault !== undefined && incidents.length > 0)
    tell(['incidents', 0], 'a deploy with a fault and an incident: whose the symptoms are could not be told')
  if (faultOf(spec) === undefined && scare === undefined)
    tell([], 'neither a fault nor a `scare`: what would the trials show?')
  incidents.forEach(({ at, fault, flag, truth }, i) => {
    const path = ['incidents', i]
    if (at >= horizonMs) tell([...path, 'at'], `the incident begins after ${horizon}`)
    if (truth.deploy === 'revert') tell([...path, 'truth', 'deploy'], '`revert`, and no deploy has the fault')
    if (faults[fault.kind]!.target !== 'env')
      tell([...path, 'fault', 'kind'], `\`${fault.kind}\` is a change of a release, not an incident`)
    if (flag === undefined && truth.remedies.includes('flagOff'))
      tell([...path, 'truth', 'remedies'], '`flagOff`, and the incident has no flag')
  })
  spec.disturbances.forEach((disturbance, i) => {
    const path = ['disturbances', i]
    if ('at' in disturbance && earliestMs(disturbance.at) >= horizonMs)
      tell([...path, 'at'], `the disturbance begins after ${horizon}`)
    for (const [key, value] of Object.entries(disturbance))
      if (typeof value === 'object' && value.to < value.from) tell([...path, key, 'to'], '`to` lies before `from`')
    if (disturbance.kind === 'dependency-outage' && disturbance.service !== dependency) {
      const near = nearest(disturbance.service, [dependency]) !== undefined
      const hint = near ? `did you mean \`${dependency}\`?` : `the subject depends on \`${dependency}\``
      tell([...path, 'service'], `there is no service \`${disturbance.service}\``, hint)
    }
  })
  return problems
}

/** Values of a suite, as it is run, that do not go together. */
export function suiteContradictions(document: SourceDocument, { criteria, levels }: Omit<Suite, 'name'>): Problem[] {
  return criteria.flatMap(({ level }, i) =>
    levels.includes(level)
      ? []
      : [problemAt(document, ['spec', 'criteria', i, 'level'], `the run has no level ${level}`)],
  )
}

function earliestMs(instant: Instant): number {
  return typeof instant === 'number' ? instant : instant.from
}
