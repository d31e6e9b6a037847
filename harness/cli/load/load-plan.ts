import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { InertFields } from '../../../clusters/manifests/report.ts'
import { type PolicySpec, policyDocument } from '../../../remediator/policy.ts'
import { type Level, levels } from '../../model/effect.ts'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { type Scenario, scenarioDocument, variantsOf } from '../../model/scenario.ts'
import { type Suite, suiteDocument } from '../../model/suite.ts'
import { type Topology, topologyDocument } from '../../model/topology.ts'
import { problemAt } from '../../model/yaml-source.ts'
import type { Row } from '../../run/row.ts'
import type { RowGroup, SuitePlan } from '../../run/suite-plan.ts'
import { rolloutContradictions, scenarioContradictions } from './contradictions.ts'
import { contradiction, type Loaded, loadDocument, type Mention, optionMention } from './documents.ts'
import { loadCriteria } from './load-criteria.ts'
import { loadParameters } from './load-parameters.ts'
import { loadSubject, type OwnFiles } from './load-subject.ts'
import { plannedLengthMs } from './planned-length.ts'
import { displayName } from './read-input.ts'

/** Looks go on for this long after the rollout's planned end. */
export const afterRolloutMs = 600_000

/** Anchors that are no policies. */
const drivers: readonly string[] = ['random', 'clairvoyant']

export interface PlanOptions extends OwnFiles {
  readonly suite: string
  readonly scenarios?: readonly string[] | undefined
  readonly policies?: readonly string[] | undefined
  readonly levels?: readonly Level[] | undefined
  readonly seed: number
  /** Trials of each scenario, instead of the suite's. */
  readonly seeds?: number | undefined
  /** Besides the suite's, or instead of them. */
  readonly criteria?: readonly string[] | undefined
  readonly replacesCriteria?: boolean | undefined
  /** A k6 script, and where k6 runs, instead of the suite's. */
  readonly loadScript?: string | undefined
  readonly k6?: 'cluster' | 'local' | undefined
  /** The suite's anchors and criteria are left out: it is run to be compared. Of the anchors the null policy stays. */
  readonly withoutAnchors?: boolean | undefined
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
  const planned = withOptions(loadedSuite, options)
  const scenarios = mentions(loadedSuite, 'scenarios', '--scenario', options.scenarios).flatMap(
    mention => loadDocument('catalogue', mention, scenarioDocument, problems) ?? [],
  )
  const policies = mentions(loadedSuite, 'policies', '--policy', options.policies).flatMap(
    mention => loadDocument('policies', mention, policyDocument, problems) ?? [],
  )
  const anchors = planned.anchors
    .filter(name => !drivers.includes(name))
    .flatMap(name => loadDocument('policies', optionMention('anchors', name), policyDocument, problems) ?? [])
  const silent = loadDocument('policies', optionMention('anchors', 'null'), policyDocument, problems)!
  const isChosen = { levels: options.levels !== undefined, scenarios: (options.scenarios ?? []).length > 0 }
  const decidable = {
    levels: planned.levels,
    scenarios: scenarios.map(({ name, value }) => ({ ...value.spec, name })),
    isChosen,
  }
  const isLoaded = !problems.some(({ severity }) => severity === 'error')
  const suite = {
    ...planned,
    ...withLoad(loadedSuite, options, problems),
    criteria: isLoaded && !options.withoutAnchors ? loadCriteria(loadedSuite, options, decidable, problems) : [],
  }
  if (!isChosen.scenarios)
    problems.push(
      ...unknownFamilies(
        loadedSuite,
        scenarios.map(({ value }) => value.spec.family),
      ),
      ...unknownVariants(loadedSuite, decidable.scenarios),
    )
  const topology = loadTopology(options.topology, problems)
  const parameters = loadParameters([...parametersOf(loadedSuite), ...(options.parameters ?? [])], problems)?.parameters
  if (topology !== undefined && parameters !== undefined) {
    const surroundings = { horizonMs: suite.horizon, topology, parameters }
    for (const { document, value } of scenarios)
      problems.push(...scenarioContradictions(document, value.spec, surroundings))
  }
  problems.push(...repeatedNames('scenario', scenarios), ...repeatedNames('policy', policies))
  const underTest = policies.flatMap(({ name, value }) => rowsOf(name, value.spec, suite.levels))
  const anchorRows = [
    ...anchors.map(({ name, value }) => anchorRow(name, value.spec)),
    ...suite.anchors
      .filter(name => name === 'random' || name === 'clairvoyant')
      .map(driver => ({ ...anchorRow(driver, silent.value.spec), driver })),
    anchorRow('null', silent.value.spec),
  ]
  // The null policy is run in any case: what it comes to is what harm is counted against.
  const rows = [
    ...new Map([...underTest, ...anchorRows].toReversed().map(row => [`${row.policy}/${row.level}`, row])).values(),
  ].reverse()

  const inert: InertFields[] = []
  const ofAnchors: Problem[] = []
  const isUnderTest = (row: Row) => policies.some(({ name }) => name === row.policy)
  const groups = groupRows(rows).flatMap((group): RowGroup[] => {
    const found: Problem[] = []
    const loaded = loadSubject({ ...options, pauseMs: suite.pause }, patchesOf(group[0]!.spec), found)
    if (group.some(isUnderTest)) inert.push(...(loaded?.inert ?? []))
    // An anchor brings manifests of its own, which need not fit the user's: the run goes on without it.
    const isNeeded = group.some(row => isUnderTest(row) || row.policy === 'null')
    if (loaded === undefined && !isNeeded) ofAnchors.push(...found.map(problem => leftOut(problem, group)))
    else problems.push(...found)
    if (loaded !== undefined && group.some(isUnderTest)) {
      for (const { document, value } of scenarios)
        problems.push(...rolloutContradictions(document, value.spec, loaded.subject.rollout))
    }
    return loaded === undefined ? [] : [{ subject: loaded.subject, rows: group }]
  })
  // Where nothing is run, an anchor that would be left out is no news, and most of its problems are those of the input.
  if (parameters === undefined || topology === undefined || problems.some(({ severity }) => severity === 'error'))
    throw new InvalidInput(unrepeated(problems))
  const plain: Scenario[] = scenarios.map(({ name, value }) => ({ ...value.spec, name }))
  const lengthsMs = groups.map(({ subject }) => plannedLengthMs(subject.rollout, subject.templates) + afterRolloutMs)
  const latestDeployMs = Math.max(...plain.flatMap(({ deploys }) => deploys.map(({ at }) => at)))
  return {
    plan: {
      suite,
      firstSeed: options.seed,
      scenarios: plain,
      groups: options.withoutAnchors ? groups.flatMap(group => withoutAnchors(group, isUnderTest)) : groups,
      environment: { topology, parameters },
      scored: policies.map(({ name }) => name),
      // A run on a real cluster waits in real time: its suite's horizon stands.
      horizonMs:
        suite.backend === 'sim'
          ? Math.max(suite.horizon, ...lengthsMs.map(length => latestDeployMs + length))
          : suite.horizon,
    },
    warnings: unrepeated([...problems, ...ofAnchors]),
    inert: unrepeated(inert),
  }
}

const shippedTopology = 'shop'

export function loadTopology(name: string | undefined, problems: Problem[]): Topology | undefined {
  const mention = optionMention('--topology', name ?? shippedTopology)
  return loadDocument('topology', mention, topologyDocument, problems)?.value.spec
}

/** The suite's own file of parameters, which it names from where it stands itself. */
function parametersOf({ document, value }: Loaded<{ spec: Omit<Suite, 'name'> }>): string[] {
  const { parameters } = value.spec
  return parameters === undefined ? [] : [resolve(dirname(document.file), parameters)]
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

/** They have had their say in how long the run is: its trials are those of a run with them. */
function withoutAnchors({ subject, rows }: RowGroup, isUnderTest: (row: Row) => boolean): RowGroup[] {
  const kept = rows.filter(row => isUnderTest(row) || row.policy === 'null')
  return kept.length === 0 ? [] : [{ subject, rows: kept }]
}

/** Scripts of a suite are found from its file, one that an option names from the current folder. */
function withLoad(
  { document, value }: Loaded<{ spec: Omit<Suite, 'name'> }>,
  { loadScript, k6 }: PlanOptions,
  problems: Problem[],
): Pick<Suite, 'load'> {
  const { load } = value.spec
  if (load === undefined && loadScript === undefined && k6 === undefined) return {}
  const own = load?.k6.script
  const script = loadScript ?? (own === undefined ? undefined : displayName(resolve(dirname(document.file), own)))
  if (script !== undefined && !existsSync(script)) {
    const message = `there is no file \`${script}\``
    problems.push(
      loadScript === undefined
        ? problemAt(document, ['spec', 'load', 'k6', 'script'], message)
        : optionMention('--load-script', script).complain(message, undefined),
    )
  }
  return { load: { k6: { extensions: [], from: 'cluster', ...load?.k6, ...(k6 && { from: k6 }), script } } }
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

/** A family that is held out under another name would be in the headline. */
function unknownFamilies({ document, value }: Loaded<{ spec: Omit<Suite, 'name'> }>, families: string[]): Problem[] {
  return value.spec.heldOut.flatMap((family, i) =>
    families.includes(family)
      ? []
      : [contradiction(document, ['spec', 'heldOut', i], `no scenario of the suite is of the family \`${family}\``)],
  )
}

/** A name that is off would let the scenario run in all its variants. */
function unknownVariants(
  { document, value }: Loaded<{ spec: Omit<Suite, 'name'> }>,
  scenarios: readonly Scenario[],
): Problem[] {
  return Object.entries(value.spec.variants ?? {}).flatMap(([name, chosen]) => {
    const scenario = scenarios.find(one => one.name === name)
    if (scenario === undefined)
      return [contradiction(document, ['spec', 'variants', name], `the suite has no scenario \`${name}\``)]
    const all = variantsOf(scenario)
    return chosen.flatMap((variant, i) =>
      all.includes(variant)
        ? []
        : [
            contradiction(
              document,
              ['spec', 'variants', name, i],
              `\`${name}\` has no variant \`${variant}\`, only ${all.join(' and ')}`,
            ),
          ],
    )
  })
}

function repeatedNames(kind: string, loaded: readonly Loaded<unknown>[]): Problem[] {
  return loaded.flatMap(({ name, document }, i) => {
    const isRepeated = loaded.findIndex(other => other.name === name) < i
    return isRepeated ? [contradiction(document, ['metadata', 'name'], `a second ${kind} \`${name}\``)] : []
  })
}

function rowsOf(policy: string, spec: PolicySpec, wanted: readonly Level[]): Row[] {
  const levels = spec.decide.when === 'never' ? [...new Set(wanted.map(actingLevel))] : wanted
  return levels.map(level => ({ policy, level, spec, driver: 'engine' }))
}

/** Where the engine is off only the manifests' own analysis acts, which it may do from L1 on. */
export function actingLevel(level: Level): Level {
  return level === 'L0' ? 'L0' : 'L1'
}

function anchorRow(policy: string, spec: PolicySpec): Row {
  return { policy, level: 'L1', spec, driver: 'engine' }
}

/** Manifests that belong to a policy, as paths. */
export function patchesOf({ manifests }: PolicySpec): readonly string[] {
  return manifests?.files ?? []
}

/** One group per set of manifests, in order of first mention. */
function groupRows(rows: readonly Row[]): Row[][] {
  return [...Map.groupBy(rows, row => JSON.stringify(patchesOf(row.spec))).values()]
}

function leftOut(problem: Problem, group: readonly Row[]): Problem {
  const anchors = group.map(({ policy }) => policy).join(', ')
  return { ...problem, severity: 'warning', message: `anchor ${anchors} is left out: ${problem.message}` }
}

export function unrepeated<T>(items: readonly T[]): T[] {
  return [...new Map(items.map(item => [JSON.stringify(item), item])).values()]
}
