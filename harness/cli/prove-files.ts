import { setImmediate } from 'node:timers/promises'
import type { Environment, Subject } from '../../clusters/sim/world-setting.ts'
import type { Problem } from '../model/problem.ts'
import { type Scenario, scenarioDocument } from '../model/scenario.ts'
import { defaultHorizonMs } from '../model/suite.ts'
import { problemAt, type SourceDocument } from '../model/yaml-source.ts'
import type { Disproof } from '../run/disprove.ts'
import { proveScenario } from '../run/prove-scenario.ts'
import type { CheckedFile } from './load/check-files.ts'
import { loadDocument, optionMention } from './load/documents.ts'
import { loadParameters } from './load/load-parameters.ts'
import { afterRolloutMs, loadTopology } from './load/load-plan.ts'
import { loadSubject } from './load/load-subject.ts'
import { plannedLengthMs } from './load/planned-length.ts'

export interface ProveOptions {
  readonly lenient: boolean
  /** Stops before the next scenario. */
  readonly signal: AbortSignal
  onScenario(name: string): void
}

/**
 * Plays each scenario among checked files without luck, on the manifests among them or the shipped ones, and says where its ground truth
 * does not hold.
 */
export async function proveFiles(files: readonly CheckedFile[], options: ProveOptions): Promise<Problem[]> {
  const problems: Problem[] = []
  const subject = subjectOf(files, options.lenient, problems)
  const environment = environmentOf(files, problems)
  if (subject === undefined || environment === undefined) return problems
  const scenarios = files.filter(({ holds, isRight }) => isRight && kindsIn(holds).includes('Scenario'))
  for (const { file } of scenarios) {
    const loaded = loadDocument('catalogue', optionMention('--deep', file), scenarioDocument, problems)
    if (loaded === undefined) continue
    const { name, value, document } = loaded
    // Worlds are played in one go: without a pause nobody would hear of Ctrl-C.
    await setImmediate()
    if (options.signal.aborted) return problems
    options.onScenario(name)
    const found = prove({ ...value.spec, name }, subject, environment).map(disproof => problemOf(document, disproof))
    problems.push(...found.sort((a, b) => a.line - b.line || a.column - b.column))
  }
  return problems
}

function prove(scenario: Scenario, subject: Subject, environment: Environment): Disproof[] {
  const deployMs = scenario.deploys[0]?.at ?? 0
  const horizonMs = deployMs + plannedLengthMs(subject.rollout, subject.templates) + afterRolloutMs
  return proveScenario(scenario, { subject, environment, horizonMs: Math.max(defaultHorizonMs, horizonMs) })
}

function problemOf(document: SourceDocument, { path, message }: Disproof): Problem {
  return problemAt(document, ['spec', ...path], message)
}

function subjectOf(files: readonly CheckedFile[], lenient: boolean, problems: Problem[]): Subject | undefined {
  const [rollout] = holding(files, 'Rollout')
  const analysis = holding(files, 'AnalysisTemplate', 'Service').filter(file => file !== rollout)
  const [telemetry] = holding(files, 'Telemetry')
  const own = rollout === undefined ? {} : { rollout, analysis }
  return loadSubject({ ...own, telemetry, lenient, pauseMs: undefined }, [], problems)?.subject
}

function environmentOf(files: readonly CheckedFile[], problems: Problem[]): Environment | undefined {
  const topology = loadTopology(holding(files, 'Topology')[0], problems)
  const parameters = loadParameters(holding(files, 'Parameters'), problems)?.parameters
  return topology === undefined || parameters === undefined ? undefined : { topology, parameters }
}

/** Files with a document of one of the kinds. */
function holding(files: readonly CheckedFile[], ...kinds: string[]): string[] {
  return files.filter(({ holds }) => kindsIn(holds).some(kind => kinds.includes(kind))).map(({ file }) => file)
}

/** Kinds of the documents in a file. */
function kindsIn(holds: readonly string[]): string[] {
  return holds.map(text => text.split(' ')[0]!)
}
