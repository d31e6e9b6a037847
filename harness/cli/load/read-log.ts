import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type EventType, eventTypes, type TrialEvent } from '../../model/event.ts'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { type Scenario, scenarioDocument } from '../../model/scenario.ts'
import { append, createTrialLog, framesOf, logVersion, readEvents } from '../../model/trial-log.ts'
import { readPlan } from '../read-run.ts'
import { runFiles } from '../run-folder.ts'
import { loadDocument, optionMention, shippedNames } from './documents.ts'
import { readInput, wholeFileProblem } from './read-input.ts'

export type StartedEvent = Extract<TrialEvent, { type: 'trial.started' }>

/** Whether a path looks like a trial's log. */
export function isLogPath(path: string): boolean {
  return /\.(?:ndjson|frames)$/.test(path)
}

/** The events of a trial's log, NDJSON or frames. @throws InvalidInput */
export function readLog(path: string): readonly [StartedEvent, ...TrialEvent[]] {
  const problems: Problem[] = []
  const bytes = readInput(path, problems)
  if (bytes === undefined) throw new InvalidInput(problems)
  const events = path.endsWith('.frames') ? eventsOfFrames(path, bytes) : eventsOfLines(path, bytes)
  const [first] = events
  if (first?.type !== 'trial.started')
    throw new InvalidInput([wholeFileProblem(path, 'does not begin with `trial.started`')])
  return events as [StartedEvent, ...TrialEvent[]]
}

/**
 * The scenario of a trial, which holds its ground truth: from a file of the user's, from the plan of the run that the log lies in, or the
 * shipped one of that name. @throws InvalidInput
 */
export function scenarioOfLog(path: string, { data }: StartedEvent, own: string | undefined): Scenario {
  const runFolder = join(dirname(path), '..')
  if (own === undefined && existsSync(join(runFolder, runFiles.plan))) {
    const planned = readPlan(runFolder).scenarios.find(({ name }) => name === data.scenario)
    if (planned !== undefined) return planned
  }
  if (own === undefined && !shippedNames('catalogue').includes(data.scenario)) {
    const message = `the scenario \`${data.scenario}\` is neither in the plan of a run here nor shipped`
    throw new InvalidInput([wholeFileProblem(path, message, 'name its file with --scenario')])
  }
  const problems: Problem[] = []
  const mention = optionMention('--scenario', own ?? data.scenario)
  const loaded = loadDocument('catalogue', mention, scenarioDocument, problems)
  if (loaded === undefined) throw new InvalidInput(problems)
  return { ...loaded.value.spec, name: loaded.name }
}

function eventsOfFrames(path: string, bytes: Uint8Array): readonly TrialEvent[] {
  try {
    return [...readEvents(bytes)]
  } catch (error) {
    throw new InvalidInput([wholeFileProblem(path, `is no log of this version: ${(error as Error).message}`)])
  }
}

/** Lines are written as frames and read back, so that a wrong field is found by its codec. */
function eventsOfLines(path: string, bytes: Uint8Array): readonly TrialEvent[] {
  const log = createTrialLog()
  const problems: Problem[] = []
  const lines = new TextDecoder().decode(bytes).split('\n')
  lines.forEach((line, i) => {
    if (line.trim() === '' || problems.length > 0) return
    try {
      appendLine(log, line)
    } catch (error) {
      const reason = error instanceof TypeError ? 'a field is missing, or no such value' : (error as Error).message
      problems.push({ ...wholeFileProblem(path, `is no event of a log: ${reason}`), line: i + 1 })
    }
  })
  if (problems.length > 0) throw new InvalidInput(problems)
  return [...readEvents(framesOf(log))]
}

function appendLine(log: ReturnType<typeof createTrialLog>, line: string): void {
  const { v, t, type, data } = JSON.parse(line) as { v: number; t: number; type: string; data: never }
  if (v !== logVersion) throw new RangeError(`version ${v}, and ${logVersion} is read`)
  if (!Object.hasOwn(eventTypes, type)) throw new RangeError(`the type \`${type}\` is not known`)
  append(log, t, type as EventType, finite(type as EventType, data))
}

/** JSON has no NaN and no infinities: the log writes them as texts. */
function finite<T extends Record<string, unknown>>(type: EventType, data: T): T {
  const decimals = eventTypes[type].fields
    .filter(([, describe]) => describe.startsWith('decimal'))
    .map(([name]) => name)
  if (!decimals.some(name => typeof data[name] === 'string')) return data
  return { ...data, ...Object.fromEntries(decimals.map(name => [name, Number(data[name])])) }
}
