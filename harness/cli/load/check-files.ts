import { resolve } from 'node:path'
import type { Rollout } from '../../../clusters/manifests/argo-types.ts'
import { readManifests } from '../../../clusters/manifests/read-manifests.ts'
import type { InertFields } from '../../../clusters/manifests/report.ts'
import { parseWith } from '../../model/parse-with.ts'
import { InvalidInput, nearest, type Problem } from '../../model/problem.ts'
import { apiVersion } from '../../model/schema-types.ts'
import { defaultHorizonMs } from '../../model/suite.ts'
import { problemAt, readDocuments, type SourceDocument } from '../../model/yaml-source.ts'
import { rolloutContradictions, type Surroundings, scenarioContradictions } from './contradictions.ts'
import type { OwnKind } from './kind-names.ts'
import { ownKinds } from './kinds.ts'
import { loadParameters, parametersProblems } from './load-parameters.ts'
import { loadPlan, loadTopology, patchesOf } from './load-plan.ts'
import { promotionProblems } from './load-promotion.ts'
import { loadSubject, policyFile } from './load-subject.ts'
import { displayName, readInput } from './read-input.ts'

/** A file that was read, and what it holds, such as `Rollout checkout`. */
export interface CheckedFile {
  readonly file: string
  readonly holds: readonly string[]
  /** Nothing is wrong in it, nor in the files that it names. */
  readonly isRight: boolean
}

export interface CheckedFiles {
  readonly files: readonly CheckedFile[]
  readonly problems: readonly Problem[]
  readonly inert: readonly InertFields[]
}

interface InputFile {
  readonly path: string
  readonly name: string
  readonly text: Uint8Array
  readonly documents: readonly SourceDocument[]
}

/**
 * Checks files as a run would that is given them all: documents of carmine each for itself and with what they name, Kubernetes manifests
 * together as one set. A set without a Rollout is checked as far as that goes.
 */
export function checkFiles(paths: readonly string[], { lenient }: { readonly lenient: boolean }): CheckedFiles {
  const problems: Problem[] = []
  const files = [...new Set(paths)].flatMap(path => readFile(path, problems))
  const own = files.filter(({ documents }) => documents.some(one => isOwn(one) && kindOf(one) !== 'Telemetry'))
  const manifests = files.filter(file => !own.includes(file))
  const patches = manifests.filter(({ name }) => /patch[^/]*$/.test(name))
  const base = manifests.filter(file => !patches.includes(file))
  const hasRollout = base.some(({ documents }) => documents.some(one => kindOf(one) === 'Rollout'))
  const set = readManifests(base, { lenient, patches: hasRollout ? patches : [], partial: true })
  problems.push(...set.problems)
  const context: Context = {
    lenient,
    surroundings: surroundingsIn(own),
    base: hasRollout ? base : [],
    rollout: set.manifests?.rollout,
  }
  // A patch alone is none of a cluster's objects: it is read over the shipped subject.
  if (!hasRollout && patches.length > 0)
    problems.push(
      ...patchProblems(
        context,
        manifests.map(({ path }) => path),
      ),
    )
  const wrong = new Set<string>()
  for (const file of own) {
    const found = checkOwn(file, context)
    problems.push(...found)
    if (found.some(isError)) wrong.add(file.name)
  }
  for (const problem of problems) if (isError(problem)) wrong.add(problem.file)
  return {
    files: files.map(({ name, documents }) => ({
      file: name,
      holds: documents.map(describe),
      isRight: !wrong.has(name),
    })),
    problems: inOrder(unrepeated(problems), paths.map(displayName)),
    inert: set.inert,
  }
}

interface Context {
  readonly lenient: boolean
  /** Of scenarios; undefined where the files that say so are wrong themselves. */
  readonly surroundings: Surroundings | undefined
  /** Manifests that policies patch; empty for the shipped ones. */
  readonly base: readonly InputFile[]
  readonly rollout: Rollout | undefined
}

/** What is wrong with manifests once patches are merged into them. */
function patchProblems({ base, lenient }: Context, patches: readonly string[]): Problem[] {
  const problems: Problem[] = []
  const named = patches.map(path => resolve(path))
  const others = base.filter(({ path }) => !named.includes(resolve(path)))
  const telemetry = others.find(({ documents }) => documents.every(one => kindOf(one) === 'Telemetry'))?.path
  const [rollout, ...analysis] = others.map(({ path }) => path).filter(path => path !== telemetry)
  const own = rollout === undefined ? {} : { rollout, analysis }
  loadSubject({ ...own, telemetry, lenient, pauseMs: undefined }, patches, problems)
  return problems
}

/** Files with faults of syntax are told here, and nothing else of them. */
function readFile(path: string, problems: Problem[]): InputFile[] {
  const text = readInput(path, problems)
  if (text === undefined) return []
  const name = displayName(path)
  const read = readDocuments(name, text)
  problems.push(...read.problems)
  return read.problems.length > 0 ? [] : [{ path, name, text, documents: read.documents }]
}

function checkOwn({ documents }: InputFile, context: Context): readonly Problem[] {
  const [document, second] = documents as [SourceDocument, SourceDocument?]
  if (second !== undefined) return [problemAt(second, [], 'one document is expected here, and this file holds several')]
  const kind = kindOf(document)
  const kinds = Object.keys(ownKinds)
  const known = kinds.find(one => one === kind) as OwnKind | undefined
  if (known === undefined) {
    const near = typeof kind === 'string' ? nearest(kind, kinds) : undefined
    const hint = near === undefined ? `known are ${kinds.join(', ')}` : `did you mean \`${near}\`?`
    const message = typeof kind === 'string' ? `\`${kind}\` is not a kind of ${apiVersion}` : '`kind` is missing'
    return [problemAt(document, ['kind'], message, { hint })]
  }
  const { problems } = parseWith(ownKinds[known], document)
  return problems.length > 0 ? problems : checkTogether(known, document, context)
}

/** What a document that is right in itself comes to with the ones that it names. */
function checkTogether(kind: OwnKind, document: SourceDocument, context: Context): readonly Problem[] {
  switch (kind) {
    case 'Scenario':
      return scenarioProblems(document, context)
    case 'Suite':
      return suiteProblems(document.file, context.lenient)
    case 'Policy':
      return policyProblems(document, context)
    case 'Promotion':
      return promotionProblems(document)
    case 'Parameters':
      return parametersProblems(document)
    case 'Telemetry':
    case 'Topology':
      return []
  }
}

function scenarioProblems(document: SourceDocument, { surroundings, rollout }: Context): readonly Problem[] {
  const { spec } = ownKinds.Scenario.parse(document.value)
  return [
    ...(surroundings === undefined ? [] : scenarioContradictions(document, spec, surroundings)),
    ...(rollout === undefined ? [] : rolloutContradictions(document, spec, rollout)),
  ]
}

function policyProblems(document: SourceDocument, context: Context): readonly Problem[] {
  const paths = patchesOf(ownKinds.Policy.parse(document.value).spec).map(policyFile)
  const missing = paths.flatMap((path, i) => {
    const [problem] = unreadable(path)
    return problem === undefined
      ? []
      : [problemAt(document, ['spec', 'manifests', 'files', i], `\`${problem.file}\` ${problem.message}`)]
  })
  return missing.length > 0 ? missing : patchProblems(context, paths)
}

function unreadable(path: string): readonly Problem[] {
  const problems: Problem[] = []
  readInput(path, problems)
  return problems
}

function suiteProblems(suite: string, lenient: boolean): readonly Problem[] {
  try {
    return loadPlan({ suite, seed: 1, lenient }).warnings
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems
    throw error
  }
}

/** Scenarios are played among the services and with the parameters of the files beside them, or the shipped ones. */
function surroundingsIn(files: readonly InputFile[]): Surroundings | undefined {
  const pathsOf = (kind: OwnKind) =>
    files.filter(({ documents }) => kindOf(documents[0]!) === kind).map(({ path }) => path)
  const topology = loadTopology(pathsOf('Topology')[0], [])
  const parameters = loadParameters(pathsOf('Parameters'), [])?.parameters
  if (topology === undefined || parameters === undefined) return undefined
  return { horizonMs: longestHorizonMs(files), topology, parameters }
}

/** The longest horizon of the suites among the files, or that of a suite which names none. */
function longestHorizonMs(files: readonly InputFile[]): number {
  const horizons = files.flatMap(({ documents }) => {
    const suite = kindOf(documents[0]!) === 'Suite' ? ownKinds.Suite.safeParse(documents[0]!.value).data : undefined
    return suite === undefined ? [] : [suite.spec.horizon]
  })
  return horizons.length === 0 ? defaultHorizonMs : Math.max(...horizons)
}

function isOwn(document: SourceDocument): boolean {
  const { apiVersion: version, kind } = fieldsOf(document)
  return (typeof version === 'string' && version.startsWith('carmine/')) || Object.hasOwn(ownKinds, String(kind))
}

function kindOf(document: SourceDocument): unknown {
  return fieldsOf(document)['kind']
}

function describe(document: SourceDocument): string {
  const { kind, metadata } = fieldsOf(document)
  const name = typeof metadata === 'object' && metadata !== null ? (metadata as { name?: unknown }).name : undefined
  return [kind, name].filter(word => typeof word === 'string').join(' ')
}

function fieldsOf({ value }: SourceDocument): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function isError({ severity }: Problem): boolean {
  return severity === 'error'
}

function unrepeated<T>(items: readonly T[]): T[] {
  return [...new Map(items.map(item => [JSON.stringify(item), item])).values()]
}

function inOrder(problems: readonly Problem[], files: readonly string[]): Problem[] {
  const rank = ({ file }: Problem) => (files.includes(file) ? files.indexOf(file) : files.length)
  return problems.toSorted((a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column)
}
