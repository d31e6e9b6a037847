import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { TrialResult } from '../judge/trial-result.ts'
import type { LogFiles, UnitResult } from '../run/run-unit.ts'
import type { StoredUnit } from './journal.ts'
import { logPath, runFiles } from './run-folder.ts'
import { writeWhole } from './write-whole.ts'

/** Most failing trials whose logs are written without `--logs all`: enough to look at, and no full disk. */
const maxFailingLogs = 200

/** Bytes of the files of a trial's log, by what stands after their common name. */
export type LogSizes = Readonly<Record<string, number>>

/** Writes the files of a trial's log. */
export function writeLog(folder: string, trial: string, files: LogFiles): LogSizes {
  const path = logPath(folder, trial)
  return Object.fromEntries(
    Object.entries(files).map(([ending, content]) => {
      writeWhole(`${path}${ending}`, content)
      return [ending, content.length]
    }),
  )
}

/** Writes the logs that a run keeps: all, or the first in plan order, whatever the order in which units end. */
export class LogWriter {
  readonly #folder: string
  readonly #limit: number
  /** Logs that are there, by unit. */
  readonly #written = new Map<number, string[]>()

  constructor(folder: string, logs: 'failing' | 'all') {
    this.#folder = folder
    this.#limit = limitOf(logs)
  }

  /** How many logs of a unit are still wanted: none of what comes after enough others in plan order. */
  wanted(unit: number): number {
    let before = 0
    for (const [other, { length }] of this.#written) if (other < unit) before += length
    return Math.max(0, this.#limit - before)
  }

  /** @returns sizes of what was written, by trial. */
  write(unit: number, logs: UnitResult['logs']): Record<string, LogSizes> {
    const kept = Object.entries(logs).slice(0, this.wanted(unit))
    const sizes = kept.map(([trial, files]) => [trial, writeLog(this.#folder, trial, files)] as const)
    this.keep(
      unit,
      kept.map(([trial]) => trial),
    )
    return Object.fromEntries(sizes)
  }

  /** Takes over what an earlier start has written. */
  keep(unit: number, trials: readonly string[]): void {
    this.#written.set(unit, [...trials])
  }

  /** Deletes logs that are too many, as units ended out of order, and those of units that did not end. */
  prune(): void {
    const inOrder = [...this.#written].sort(([a], [b]) => a - b).flatMap(([, trials]) => trials)
    const kept = new Set(inOrder.slice(0, this.#limit).map(trial => basename(logPath(this.#folder, trial))))
    const logs = join(this.#folder, runFiles.logs)
    for (const name of readdirSync(logs)) {
      const [, stem, part] = ofTrial.exec(name) ?? []
      if (stem !== undefined && (part !== undefined || !kept.has(stem))) rmSync(join(logs, name))
    }
  }
}

/** A file of a trial's log, by its id with `_` for `/`; anything else is not ours to delete. */
const ofTrial = /^(.+_(?:faulty|twin|scare)_.+_L\d_\d+)\.(?:frames|ndjson|postmortem\.md)(\.part)?$/

/** Of the logs of several parts of a run, in plan order, those that the whole would have kept. */
export function keptOf(trials: readonly string[], logs: 'failing' | 'all'): string[] {
  return trials.slice(0, limitOf(logs))
}

function limitOf(logs: 'failing' | 'all'): number {
  return logs === 'all' ? Number.POSITIVE_INFINITY : maxFailingLogs
}

/** Whether all logs of a unit are as they were written: after a crash of the machine they need not be, though the journal is. */
export function hasItsLogs(folder: string, { logs, trials }: Pick<StoredUnit, 'logs' | 'trials'>): boolean {
  return Object.entries(logs).every(([id, sizes]) => {
    const path = logPath(folder, id)
    const isThere = Object.entries(sizes).every(
      ([ending, bytes]) => statSync(`${path}${ending}`, { throwIfNoEntry: false })?.size === bytes,
    )
    return isThere && isOf(readFileSync(`${path}.frames`), trials.find(trial => trial.id === id)!)
  })
}

function isOf(frames: Uint8Array, { digest }: TrialResult): boolean {
  return createHash('sha256').update(frames).digest('hex') === digest
}
