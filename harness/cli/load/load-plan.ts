import type { InertFields } from '../../../clusters/manifests/report.ts'
import type { Subject } from '../../../clusters/sim/world-setting.ts'
import { dependency } from '../../../clusters/sim/world-setting.ts'
import { type PolicySpec, policyDocument } from '../../../remediator/policy.ts'
import { type Level, levels } from '../../model/effect.ts'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { type Scenario, scenarioDocument } from '../../model/scenario.ts'
import { type Suite, suiteDocument } from '../../model/suite.ts'
import type { Row } from '../../run/row.ts'
import type { RowGroup, SuitePlan } from '../../run/suite-plan.ts'
import { contradiction, type Loaded, loadDocument, type Mention, optionMention } from './documents.ts'
import { loadSubject, type SubjectOptions } from './load-subject.ts'
import { plannedLengthMs } from './planned-length.ts'

/** Levels at which the engine acts differently; the ones above act as the last of these. */
export const actingLevels: readonly Level[] = ['L0', 'L1']

/** Looks go on for this long after the rollout's planned end. */
const afterRolloutMs = 600_000

export interface PlanOptions extends Omit<SubjectOptions, 'pauseMs'> {
  readonly suite: string
  readonly scenarios?: readonly string[] | undefined
  readonly policies?: readonly string[] | undefined
  readonly levels?: readonly Level[] | undefined
  readonly seed: number
  /** Trials of each scenario, instead of the suite's. */
  readonly seeds?: number | undefined
}

export interface LoadedPlan {
  readonly plan: SuitePlan
  readonly warnings: readonly Problem[]
  readonly inert: readonly InertFields[]
}

/** Reads everything that a run needs. @throws InvalidInput with all problems of all files. */
export function loadPlan(options: PlanOptions): LoadedPlan {
  const problems: Problem[] = []
  const loadedSuite = loadDocument('suites', optionMention('--suite', options.suite), suiteDocument, problems)
  if (loadedSuite === undefined) throw new InvalidInput(problems)
  const suite = withOptions(loadedSuite, options)
  const scenarios = mentions(loadedSuite, 'scenarios', '--scenario', options.scenarios).flatMap(
    mention => loadDocument('catalogue', mention, scenarioDocument, problems) ?? [],
  )
  const policies = mentions(loadedSuite, 'policies', '--policy', options.policies).flatMap(
    mention => loadDocument('policies', mention, policyDocument, problems) ?? [],
  )
  const anchors = suite.anchors
    .filter(name => name !== 'random')
    .flatMap(name => loadDocument('policies', optionMention('anchors', name), policyDocument, problems) ?? [])
  const silent = loadDocument('policies', optionMention('anchors', 'null'), policyDocument, problems)!
  for (const scenario of scenarios) problems.push(...scenarioContradictions(scenario, suite.horizon))
  problems.push(...suiteContradictions(loadedSuite, suite))

  const rows = [
    ...policies.flatMap(({ name, value }) => rowsOf(name, value.spec, suite.levels)),
    ...anchors.map(({ name, value }) => anchorRow(name, value.spec)),
    ...(suite.anchors.includes('random')
      ? [{ ...anchorRow('random', silent.value.spec), driver: 'random' as const }]
      : []),
    ...(suite.anchors.includes('null') ? [] : [anchorRow('null', silent.value.spec)]),
  ]
  const inert: InertFields[] = []
  const groups = groupRows(rows, spec => {
    const loaded = loadSubject({ ...options, pauseMs: suite.pause }, patchesOf(spec), problems)
    inert.push(...(loaded?.inert ?? []))
    return loaded?.subject
  })
  const fresh = unrepeated(problems)
  if (fresh.some(({ severity }) => severity === 'error')) throw new InvalidInput(fresh)
  const plain: Scenario[] = scenarios.map(({ name, value }) => ({ ...value.spec, name }))
  const planned = groups.map(({ subject }) => plannedLengthMs(subject.rollout, subject.templates) + afterRolloutMs)
  const latestDeployMs = Math.max(...plain.flatMap(({ deploys }) => deploys.map(({ at }) => at)))
  return {
    plan: {
      suite,
      firstSeed: options.seed,
      scenarios: plain,
      groups,
      scored: policies.map(({ name }) => name),
      // A run on a real cluster waits in real time: its suite's horizon stands.
      horizonMs:
        suite.backend === 'sim'
          ? Math.max(suite.horizon, ...planned.map(length => latestDeployMs + length))
          : suite.horizon,
    },
    warnings: fresh,
    inert: unrepeated(inert),
  }
}

function withOptions({ name, value }: Loaded<{ spec: Omit<Suite, 'name'> }>, options: PlanOptions): Suite {
  const chosen = options.levels ?? value.spec.levels
  return {
    ...value.spec,
    name,
    seeds: options.seeds ?? value.spec.seeds,
    levels: levels.filter(level => chosen.includes(level)),
  }
}

/** The names in the suite, or those that an option gives instead. */
function mentions(
  { document, value }: Loaded<{ spec: Suite | Omit<Suite, 'name'> }>,
  key: 'scenarios' | 'policies',
  option: string,
  given: readonly string[] | undefined,
): Mention[] {
  if (given !== undefined && given.length > 0) return given.map(word => optionMention(option, word))
  return value.spec[key].map((word, i) => ({
    word,
    complain: (message, hint) => ({
      ...contradiction(document, ['spec', key, i], message),
      ...(hint === undefined ? {} : { hint }),
    }),
  }))
}

function rowsOf(policy: string, spec: PolicySpec, wanted: readonly Level[]): Row[] {
  const highest = actingLevels.at(-1)!
  const needed = actingLevels.filter(
    level => wanted.includes(level) || (level === highest && wanted.some(other => other > highest)),
  )
  return needed.map(level => ({ policy, level, spec, driver: 'engine' }))
}

function anchorRow(policy: string, spec: PolicySpec): Row {
  return { policy, level: 'L1', spec, driver: 'engine' }
}

function patchesOf({ manifests }: PolicySpec): readonly string[] {
  return (manifests?.['files'] as readonly string[] | undefined) ?? []
}

/** One group per set of manifests, in order of first mention. */
function groupRows(rows: readonly Row[], subjectOf: (spec: PolicySpec) => Subject | undefined): RowGroup[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const key = JSON.stringify(patchesOf(row.spec))
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()].flatMap(members => {
    const subject = subjectOf(members[0]!.spec)
    return subject === undefined ? [] : [{ subject, rows: members }]
  })
}

function scenarioContradictions(
  { document, value }: Loaded<{ spec: Omit<Scenario, 'name'> }>,
  horizonMs: number,
): Problem[] {
  const { deploys, disturbances } = value.spec
  const problems: Problem[] = []
  deploys.forEach(({ at }, i) => {
    if (at >= horizonMs)
      problems.push(contradiction(document, ['spec', 'deploys', i, 'at'], 'the deploy comes after the horizon'))
  })
  disturbances.forEach((disturbance, i) => {
    const path = ['spec', 'disturbances', i]
    const startMs = typeof disturbance.at === 'number' ? disturbance.at : disturbance.at.from
    if (startMs >= horizonMs)
      problems.push(contradiction(document, [...path, 'at'], 'the disturbance begins after the horizon'))
    if (typeof disturbance.at !== 'number' && disturbance.at.to < disturbance.at.from) {
      problems.push(contradiction(document, [...path, 'at', 'to'], '`to` lies before `from`'))
    }
    if (disturbance.kind === 'dependency-outage' && disturbance.service !== dependency) {
      problems.push({
        ...contradiction(document, [...path, 'service'], `there is no service \`${disturbance.service}\``),
        hint: `the subject depends on \`${dependency}\``,
      })
    }
  })
  return problems
}

function suiteContradictions({ document }: Loaded<unknown>, suite: Suite): Problem[] {
  return suite.criteria.flatMap(({ level }, i) =>
    suite.levels.includes(level)
      ? []
      : [contradiction(document, ['spec', 'criteria', i, 'level'], `the run has no level ${level}`)],
  )
}

function unrepeated<T>(items: readonly T[]): T[] {
  return [...new Map(items.map(item => [JSON.stringify(item), item])).values()]
}
