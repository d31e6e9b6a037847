import { dependency } from '../../../clusters/sim/world-setting.ts'
import { formatDuration } from '../../model/duration.ts'
import { nearest, type Problem } from '../../model/problem.ts'
import type { Instant, ScenarioSpec } from '../../model/scenario.ts'
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
  spec.disturbances.forEach((disturbance, i) => {
    const path = ['disturbances', i]
    if (earliestMs(disturbance.at) >= horizonMs) tell([...path, 'at'], `the disturbance begins after ${horizon}`)
    for (const key of ['at', 'for'] as const) {
      const instant = disturbance[key]
      if (typeof instant !== 'number' && instant.to < instant.from)
        tell([...path, key, 'to'], '`to` lies before `from`')
    }
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
