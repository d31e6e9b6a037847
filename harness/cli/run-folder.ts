import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { renderJunit } from '../../reports/junit.ts'
import type { Comparison } from '../judge/comparison.ts'
import type { UnitAlarms } from '../judge/detectors.ts'
import type { Summary } from '../judge/summary.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import { InvalidInput } from '../model/problem.ts'
import { eventLine, readEvents } from '../model/trial-log.ts'
import type { Shard } from '../run/shard.ts'
import type { SuitePlan } from '../run/suite-plan.ts'
import { makeFolder } from './make-folder.ts'
import { writeWhole } from './write-whole.ts'

/** `runs/<suite>-<n>` under the current folder with the first free number, or the folder that was asked for. */
export function createRunFolder(suite: string, wanted: string | undefined): string {
  const folder = wanted ?? freeFolder('runs', suite)
  makeFolder(join(folder, runFiles.logs))
  return folder
}

/** @throws InvalidInput where a folder has something of another run. */
export function refuseUsed(folder: string): void {
  if (existsSync(join(folder, runFiles.journal))) {
    throw invalidFile(
      folder,
      'holds a run that did not end; choose another folder, or let that run go on with --resume',
    )
  }
  if (existsSync(join(folder, runFiles.summary)) || existsSync(join(folder, runFiles.shard))) {
    throw invalidFile(folder, 'holds the result of another run already; choose another folder')
  }
  if (logFiles(join(folder, runFiles.logs)).length > 0) {
    throw invalidFile(folder, 'holds the logs of another run already, one that did not end; choose another folder')
  }
}

/** Makes `<suite>-<n>` with the first free number: here and nowhere else, so that of two runs that start at once each has its own. */
export function freeFolder(parent: string, suite: string): string {
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

/** Takes back the files of a run that never began, and with them the folder where nothing else is in it. */
export function discardRun(folder: string, files: readonly string[]): void {
  for (const file of files) rmSync(join(folder, file), { force: true })
  for (const path of [join(folder, runFiles.logs), folder])
    if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path)
}

/** Files that a run leaves, by name. */
export const runFiles = {
  summary: 'summary.json',
  html: 'report.html',
  junit: 'junit.xml',
  comparison: 'comparison.json',
  /** In the folder of a calibration, whose two runs lie beside it. */
  calibration: 'calibration.json',
  sarif: 'carmine.sarif',
  plan: 'plan.json',
  detectors: 'detectors.ndjson',
  trials: 'trials.ndjson',
  digests: 'digests.sha256',
  logs: 'logs',
  /** While the run goes on, and where it did not end. */
  journal: 'units.ndjson',
  lock: 'run.lock',
  /** Only where it is one of several shards. */
  shard: 'shard.json',
} as const

/** Every trial's digest in plan order, for `sha256sum --check --ignore-missing` in the run's folder. */
export function writeDigests(folder: string, trials: readonly TrialResult[]): void {
  const lines = trials.values().map(({ id, digest }) => `${digest}  ${runFiles.logs}/${logName(id)}.frames\n`)
  writeWhole(join(folder, runFiles.digests), lines)
}

/** What each trial came to, a line a trial in plan order: all that a comparison with another run needs. */
export function writeTrials(folder: string, trials: readonly TrialResult[]): void {
  writeWhole(
    join(folder, runFiles.trials),
    trials.values().map(trial => `${JSON.stringify(trial)}\n`),
  )
}

/** A trial's log as NDJSON, where it was kept. */
export function logFile(folder: string, trialId: string): string {
  return join(folder, runFiles.logs, `${logName(trialId)}.ndjson`)
}

/** Files of a trial's log, without what tells one from the other. */
export function logPath(folder: string, trialId: string): string {
  return join(folder, runFiles.logs, logName(trialId))
}

function logName(trialId: string): string {
  return trialId.replaceAll('/', '_')
}

/** A side stream: what every detector said where nobody acted, a line a trial. It is in no digest. */
export function writeAlarms(folder: string, alarms: readonly UnitAlarms[]): void {
  writeWhole(
    join(folder, runFiles.detectors),
    alarms.values().map(unit => `${JSON.stringify(unit)}\n`),
  )
}

export function ndjson(frames: Uint8Array): string {
  let text = ''
  for (const event of readEvents(frames)) text += eventLine(event)
  return text
}

/** That a shard is done, its trials repeated like any run's. What it came to stays in its journal. */
export interface ShardResult {
  readonly schemaVersion: 1
  readonly wallMs: number
}

/** A run's plan, and all else that decides what its files will be. */
export interface StoredPlan extends SuitePlan {
  readonly version: string
  readonly backend: Summary['backend']
  readonly logs: 'failing' | 'all'
  /** The cluster of the user's on which it runs: another one would be another run. */
  readonly cluster?: { readonly context: string; readonly server: string } | undefined
  /** The part of the plan that is run. */
  readonly shard?: Shard | undefined
  /** What `carmine replay` takes after a trial's id to make the same. */
  readonly replayArguments: readonly string[]
  /** The trial that people played, in a run that is a game day, and the command that plays it again. */
  readonly game?: { readonly trial: string; readonly replay: string } | undefined
}

export function writePlan(folder: string, plan: StoredPlan): void {
  writeWhole(join(folder, runFiles.plan), `${JSON.stringify(plan)}\n`, { durable: true })
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
  if (!existsSync(logs)) return []
  return readdirSync(logs)
    .filter(name => name.endsWith('.frames'))
    .sort()
}

/** @param html the page of the run */
export function writeResults(folder: string, summary: Summary, html: string): void {
  writePage(folder, html)
  writeWhole(join(folder, runFiles.junit), renderJunit(summary))
  writeWhole(join(folder, runFiles.summary), `${JSON.stringify(summary, null, 1)}\n`, { durable: true })
}

export function writePage(folder: string, html: string): void {
  writeWhole(join(folder, runFiles.html), html)
}

/** With the baseline, where there is one. */
export function writeComparison(folder: string, comparison: Comparison): void {
  writeWhole(join(folder, runFiles.comparison), `${JSON.stringify(comparison, null, 1)}\n`)
}

export function writeSarif(folder: string, sarif: string): void {
  writeWhole(join(folder, runFiles.sarif), sarif)
}

function invalidFile(file: string, message: string): InvalidInput {
  return new InvalidInput([{ file, line: 1, column: 1, message, severity: 'error' }])
}
