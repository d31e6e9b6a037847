import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { detectors } from '../../remediator/detectors/index.ts'
import { type PolicySpec, policyDocument } from '../../remediator/policy.ts'
import { formatSeconds } from '../../reports/format.ts'
import { faults } from '../model/fault.ts'
import { measureKinds, measures } from '../model/measures.ts'
import { InvalidInput, type Problem } from '../model/problem.ts'
import { promotionDocument } from '../model/promotion.ts'
import { disturbanceKinds, scenarioDocument, variantsOf } from '../model/scenario.ts'
import { suiteDocument } from '../model/suite.ts'
import { topologyDocument } from '../model/topology.ts'
import { boundTexts } from './bound-texts.ts'
import { type Kind, loadDocument, optionMention, shippedNames } from './load/documents.ts'
import type { ListedKind } from './load/kind-names.ts'
import { readSummary } from './read-run.ts'
import { runFiles } from './run-folder.ts'

/** What a kind of thing is listed by: rows of the same keys, the name first and the longest text last. */
export type Listing = readonly Readonly<Record<string, string | number>>[]

/** Everything that `carmine list` knows, by kind. */
export const listings = {
  scenarios: () =>
    documents('catalogue', scenarioDocument).map(({ name, value: { spec } }) => ({
      scenario: name,
      family: spec.family,
      variants: variantsOf(spec).join(', '),
      description: spec.description,
    })),
  policies: () =>
    documents('policies', policyDocument).map(({ name, value: { spec } }) => ({
      policy: name,
      decides: decidesWhen(spec),
      description: spec.description,
    })),
  suites: () =>
    documents('suites', suiteDocument).map(({ name, value: { spec } }) => ({
      suite: name,
      backend: spec.backend,
      scenarios: spec.scenarios.length,
      seeds: spec.seeds,
      criteria: spec.criteria.length,
      description: spec.description,
    })),
  promotions: () =>
    documents('promotion', promotionDocument).map(({ name, value: { spec } }) => ({
      promotion: name,
      level: spec.level,
      suite: spec.suite,
      criteria: spec.criteria.length,
      description: spec.description,
    })),
  topologies: () =>
    documents('topology', topologyDocument).map(({ name, value: { spec } }) => ({
      topology: name,
      subject: spec.subject,
      entry: spec.entry,
      routes: Object.keys(spec.routes).join(', '),
      services: Object.keys(spec.services).join(', '),
    })),
  faults: () =>
    Object.values(faults).map(({ kind, parameters, names = {}, breaks }) => ({
      fault: kind,
      parameters: [
        ...Object.entries(parameters).map(([name, { min, max }]) => `${name} ${min} to ${max}`),
        ...Object.keys(names),
      ].join(', '),
      breaks,
    })),
  disturbances: () =>
    disturbanceKinds.map(({ kind, parameters, disturbs }) => ({
      disturbance: kind,
      parameters: parameters.join(', '),
      disturbs,
    })),
  detectors: () => detectors.map(({ name, finds }) => ({ detector: name, finds })),
  measures: () =>
    measures.map(measure => ({
      measure,
      bound: boundTexts[measureKinds[measure].unit],
      from: measureKinds[measure].from,
      meaning: measureKinds[measure].meaning,
    })),
  runs: () => runFolders().map(describeRun),
} satisfies Record<ListedKind, () => Listing>

/** When a policy acts, in a few words: `any of onset-expert, progress`. */
export function decidesWhen({ decide: { when, deciders } }: Pick<PolicySpec, 'decide'>): string {
  if (when === 'never' || when === 'always') return when
  const many = typeof when === 'object' ? `at least ${when.atLeast}` : when
  return `${many} of ${deciders.join(', ')}`
}

function documents<S extends Parameters<typeof loadDocument>[2]>(kind: Kind, schema: S) {
  const problems: Problem[] = []
  const loaded = shippedNames(kind).flatMap(
    name => loadDocument(kind, optionMention(kind, name), schema, problems) ?? [],
  )
  if (problems.length > 0) throw new InvalidInput(problems)
  return loaded
}

/** Folders of runs below `runs/`, by name and number. */
function runFolders(): string[] {
  if (!existsSync('runs')) return []
  return readdirSync('runs')
    .filter(name => [runFiles.summary, runFiles.plan].some(file => existsSync(join('runs', name, file))))
    .sort((a, b) => numbered(a).suite.localeCompare(numbered(b).suite, 'en') || numbered(a).n - numbered(b).n)
    .map(name => join('runs', name))
}

function numbered(name: string): { suite: string; n: number } {
  const [, suite = name, n = '0'] = /^(.*)-(\d+)$/.exec(name) ?? []
  return { suite, n: Number(n) }
}

function describeRun(folder: string) {
  const unknown = { suite: '', verdict: '', criteria: '', trials: '', wrong: '', took: '', age: '' }
  const more = { seed: '', backend: '', version: '', ended: '', digest: '' }
  try {
    const file = join(folder, runFiles.summary)
    if (!existsSync(file)) return { run: folder, ...unknown, verdict: 'unfinished', ...more }
    const { suite, verdict, criteria, trials, findings, wallMs, seed, backend, version, logDigest } =
      readSummary(folder)
    const { mtimeMs } = statSync(file)
    return {
      run: folder,
      suite,
      verdict: verdict as string,
      criteria: `${criteria.filter(one => one.verdict === 'pass').length}/${criteria.length}`,
      trials: trials.planned,
      wrong: findings.length,
      took: formatSeconds(Math.round(wallMs / 1000)),
      age: formatAge(Date.now() - mtimeMs),
      seed,
      backend,
      version,
      ended: new Date(mtimeMs).toISOString(),
      digest: logDigest?.slice(0, 12) ?? '',
    }
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return { run: folder, ...unknown, verdict: 'cannot be read', ...more }
  }
}

/** Columns that only `--output wide` and documents have, and one that only tables have. */
export const wideOnly: Readonly<Partial<Record<ListedKind, readonly string[]>>> = {
  runs: ['seed', 'backend', 'version', 'ended', 'digest'],
}
export const tableOnly = ['age']

/** As kubectl tells ages: the largest unit of which there are two, `95s`, `14m`, `30h`, `9d`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 120) return `${seconds}s`
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`
  return `${Math.floor(seconds / 86_400)}d`
}
