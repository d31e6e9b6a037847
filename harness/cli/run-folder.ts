import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderJunit } from '../../reports/junit.ts'
import { renderPostmortems } from '../../reports/postmortem.ts'
import type { Comparison } from '../judge/comparison.ts'
import type { UnitAlarms } from '../judge/detectors.ts'
import type { Summary } from '../judge/summary.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import { InvalidInput } from '../model/problem.ts'
import { eventLine, readEvents } from '../model/trial-log.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
import { makeFolder } from './make-folder.ts'

/** Most failing trials whose logs are written without `--logs all`: enough to look at, and no full disk. */
const maxFailingLogs = 200

/** `runs/<suite>-<n>` under the current folder with the first free number, or the folder that was asked for. */
export function createRunFolder(suite: string, wanted: string | undefined): string {
  const folder = wanted ?? freeFolder('runs', suite)
  if (existsSync(join(folder, runFiles.summary))) {
    throw invalidFile(folder, 'holds the result of another run already; choose another folder')
  }
  const logs = join(folder, runFiles.logs)
  makeFolder(logs)
  if (logFiles(logs).length > 0) {
    throw invalidFile(folder, 'holds the logs of another run already, one that did not end; choose another folder')
  }
  return folder
}

/** The folder is made here and nowhere else, so that of two runs that start at once each has its own. */
function freeFolder(parent: string, suite: string): string {
  makeFolder(parent)
  for (let n = 1; ; n++) {
    const folder = join(parent, `${suite}-${n}`)
    try {
      mkdirSync(folder)
      return folder
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** Files that a run leaves, by name. */
export const runFiles = {
  summary: 'summary.json',
  html: 'report.html',
  junit: 'junit.xml',
  comparison: 'comparison.json',
  sarif: 'carmine.sarif',
  plan: 'plan.json',
  detectors: 'detectors.ndjson',
  trials: 'trials.ndjson',
  digests: 'digests.sha256',
  logs: 'logs',
} as const

/** Writes a trial's log: frames, whose sha256 is the trial's digest, their rendering as NDJSON, and a postmortem of each incident in it. */
export class LogWriter {
  readonly #folder: string
  readonly #limit: number
  #written = 0

  constructor(folder: string, logs: 'failing' | 'all') {
    this.#folder = join(folder, runFiles.logs)
    this.#limit = logs === 'all' ? Number.POSITIVE_INFINITY : maxFailingLogs
  }

  write(trialId: string, frames: Uint8Array): void {
    if (this.#written >= this.#limit) return
    this.#written++
    const file = join(this.#folder, logName(trialId))
    writeWhole(`${file}.frames`, frames)
    const events = [...readEvents(frames)]
    writeWhole(`${file}.ndjson`, events.map(eventLine).join(''))
    const postmortems = renderPostmortems(events)
    if (postmortems !== '') writeWhole(`${file}.postmortem.md`, postmortems)
  }
}

/** Every trial's digest in plan order, for `sha256sum --check --ignore-missing` in the run's folder. */
export function writeDigests(folder: string, trials: readonly TrialResult[]): void {
  const lines = trials.map(({ id, digest }) => `${digest}  ${runFiles.logs}/${logName(id)}.frames\n`)
  writeWhole(join(folder, runFiles.digests), lines.join(''))
}

/** What each trial came to, a line a trial in plan order: all that a comparison with another run needs. */
export function writeTrials(folder: string, trials: readonly TrialResult[]): void {
  writeWhole(join(folder, runFiles.trials), trials.map(trial => `${JSON.stringify(trial)}\n`).join(''))
}

/** A trial's log as NDJSON, where it was kept. */
export function logFile(folder: string, trialId: string): string {
  return join(folder, runFiles.logs, `${logName(trialId)}.ndjson`)
}

/** @throws InvalidInput where the run is of a version that did not keep them. */
export function readTrials(folder: string): TrialResult[] {
  const file = join(folder, runFiles.trials)
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    return lines.filter(line => line !== '').map(line => JSON.parse(line) as TrialResult)
  } catch (error) {
    throw invalidFile(file, `cannot be read: ${(error as Error).message}`)
  }
}

function logName(trialId: string): string {
  return trialId.replaceAll('/', '_')
}

/** A side stream: what every detector said where nobody acted, a line a trial. It is in no digest. */
export function writeAlarms(folder: string, alarms: readonly UnitAlarms[]): void {
  writeWhole(join(folder, runFiles.detectors), alarms.map(unit => `${JSON.stringify(unit)}\n`).join(''))
}

export function readAlarms(folder: string): UnitAlarms[] {
  const lines = readFileSync(join(folder, runFiles.detectors), 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as UnitAlarms)
}

export function ndjson(frames: Uint8Array): string {
  let text = ''
  for (const event of readEvents(frames)) text += eventLine(event)
  return text
}

/** A run's plan, and what `carmine replay` takes after a trial's id to make the same. */
export interface StoredPlan extends SuitePlan {
  readonly replayArguments: readonly string[]
}

export function writePlan(folder: string, plan: StoredPlan): void {
  writeWhole(join(folder, runFiles.plan), `${JSON.stringify(plan)}\n`)
}

export function readPlan(folder: string): StoredPlan {
  const file = join(folder, runFiles.plan)
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as StoredPlan
  } catch (error) {
    throw invalidFile(file, `cannot be read: ${(error as Error).message}`)
  }
}

/** The log of a trial; undefined where it was not kept. */
export function readLogOf(folder: string, trialId: string): Uint8Array | undefined {
  const file = join(folder, runFiles.logs, `${logName(trialId)}.frames`)
  return existsSync(file) ? readFileSync(file) : undefined
}

/** Frames of all logs in a run's folder, read one at a time. */
export function* readLogs(folder: string): Generator<Uint8Array> {
  const logs = join(folder, runFiles.logs)
  for (const name of logFiles(logs)) yield readFileSync(join(logs, name))
}

function logFiles(logs: string): string[] {
  return readdirSync(logs)
    .filter(name => name.endsWith('.frames'))
    .sort()
}

/** @param html the page of the run */
export function writeResults(folder: string, summary: Summary, html: string): void {
  writeWhole(join(folder, runFiles.html), html)
  writeWhole(join(folder, runFiles.junit), renderJunit(summary))
  writeWhole(join(folder, runFiles.summary), `${JSON.stringify(summary, null, 1)}\n`)
}

/** With the baseline, where there is one. */
export function writeComparison(folder: string, comparison: Comparison): void {
  writeWhole(join(folder, runFiles.comparison), `${JSON.stringify(comparison, null, 1)}\n`)
}

/** @returns undefined where the run was compared with none. */
export function readComparison(folder: string): Comparison | undefined {
  const file = join(folder, runFiles.comparison)
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Comparison
  } catch (error) {
    throw invalidFile(file, `cannot be read: ${(error as Error).message}`)
  }
}

export function writeSarif(folder: string, sarif: string): void {
  writeWhole(join(folder, runFiles.sarif), sarif)
}

/** A file is there whole or not at all. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const part = `${file}.part`
  try {
    writeFileSync(part, content)
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    // A full disk is told without a path by the system.
    throw Object.assign(error as Error, { path: file })
  }
}

/** @throws InvalidInput where there is no summary, or one of another version. */
export function readSummary(folder: string): Summary {
  const file = join(folder, runFiles.summary)
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw invalidFile(file, `cannot be read: ${(error as Error).message}`)
  }
  if ((content as Partial<Summary> | null)?.schemaVersion !== 1)
    throw invalidFile(file, 'is not the summary of a run, version 1')
  return content as Summary
}

function invalidFile(file: string, message: string): InvalidInput {
  return new InvalidInput([{ file, line: 1, column: 1, message, severity: 'error' }])
}
