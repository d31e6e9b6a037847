import { closeSync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { TrialFacts } from '../judge/instants.ts'
import { type TrialResult, trialId } from '../judge/trial-result.ts'
import type { OpenLoopAlarm } from '../run/open-loop.ts'
import type { Row } from '../run/row.ts'
import type { UnitOutcome } from '../run/run-unit.ts'
import { planUnits, type SuitePlan, type Unit } from '../run/suite-plan.ts'
import { linesOf } from './file-lines.ts'
import { FolderGone } from './folder-gone.ts'
import type { LogSizes } from './kept-logs.ts'
import { runFiles } from './run-folder.ts'

/** What a unit came to, as it is stored: on a real cluster also of a unit some of whose rows are still to be run. */
export interface StoredUnit extends UnitOutcome {
  /** Logs that were written before this was, by trial. */
  readonly logs: Readonly<Record<string, LogSizes>>
  /** What the run had taken until then, over all its starts. */
  readonly wallMs: number
}

/** A line of the journal. What the plan says is left out, and rows that did the same have one set of facts. */
interface Line extends Omit<StoredUnit, 'trials'> {
  readonly alarms: readonly OpenLoopAlarm[]
  /** In the order of the plan's rows; empty for one that was not run yet. */
  readonly digests: readonly string[]
  readonly facts: readonly TrialFacts[]
  /** Which of the facts are a row's; -1 for one that was not run yet. */
  readonly factsOf: readonly number[]
}

/**
 * The units that a run has done, one a line in the order in which they ended. It grows while the run goes on, so that another start can go
 * on from it, and keeps the results out of memory. A line that was not written to its end is no line.
 */
export class Journal {
  readonly #file: string
  readonly #fd: number
  readonly #units: readonly Unit[]
  readonly #rows: readonly Row[]
  readonly #scenarios: SuitePlan['scenarios']
  /** Where each unit's line stands; of two the later one. */
  readonly #lines = new Map<number, { readonly at: number; readonly length: number }>()
  #end = 0

  /** Opens a run's journal, or begins one to write to. Of its lines those before the first broken one count; others are cut off. */
  constructor(folder: string, plan: SuitePlan, access: 'read' | 'write' = 'write') {
    this.#file = join(folder, runFiles.journal)
    this.#units = planUnits(plan)
    this.#rows = plan.groups.flatMap(group => group.rows)
    this.#scenarios = plan.scenarios
    this.#fd = openSync(this.#file, access === 'read' ? 'r' : 'a+')
    for (const { at, bytes } of linesOf(this.#fd)) {
      const line = this.#parse(bytes)
      if (line === undefined) break
      this.#lines.set(line.unit, { at, length: bytes.length })
      this.#end = at + bytes.length + 1
    }
    if (access === 'write' && fstatSync(this.#fd).size > this.#end) ftruncateSync(this.#fd, this.#end)
  }

  /** Units that are in it, in plan order. */
  get units(): number[] {
    return [...this.#lines.keys()].sort((a, b) => a - b)
  }

  /** Adds a unit, whole or not at all. */
  append(result: UnitOutcome, logs: StoredUnit['logs'], wallMs: number): void {
    const { unit, looks, alarms } = result
    const facts = [...new Set(result.trials.map(trial => trial.facts))]
    const trials = this.#rows.map(row =>
      result.trials.find(({ policy, level }) => policy === row.policy && level === row.level),
    )
    const line: Line = {
      unit,
      looks,
      wallMs,
      digests: trials.map(trial => trial?.digest ?? ''),
      factsOf: trials.map(trial => (trial === undefined ? -1 : facts.indexOf(trial.facts))),
      facts,
      alarms,
      logs,
    }
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
    if (fstatSync(this.#fd).nlink === 0) throw new FolderGone(this.#file)
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(this.#fd, bytes, written)
    } catch (error) {
      ftruncateSync(this.#fd, this.#end)
      // A full disk is told without a path by the system.
      throw Object.assign(error as Error, { path: this.#file })
    }
    this.#lines.set(unit, { at: this.#end, length: bytes.length - 1 })
    this.#end += bytes.length
  }

  /** @param index of a unit that is in it */
  read(index: number): StoredUnit {
    const { at, length } = this.#lines.get(index)!
    const bytes = Buffer.alloc(length)
    for (let read = 0; read < length; ) {
      const count = readSync(this.#fd, bytes, read, length - read, at + read)
      if (count === 0) throw new FolderGone(this.#file)
      read += count
    }
    const { digests, facts, factsOf, ...rest } = this.#parse(bytes)!
    const unit = this.#units[index]!
    const { name: scenario, family } = this.#scenarios[unit.scenario]!
    const { variant, seed } = unit
    const trials = this.#rows.flatMap(({ policy, level }, i): TrialResult[] => {
      const ofTrial = facts[factsOf[i]!]
      if (ofTrial === undefined) return []
      const id = trialId({ scenario, variant, policy, level, seed })
      return [{ id, scenario, family, variant, seed, policy, level, digest: digests[i]!, facts: ofTrial }]
    })
    return { ...rest, trials }
  }

  /** All units in plan order, one at a time. */
  *all(): Generator<StoredUnit> {
    for (const index of this.units) yield this.read(index)
  }

  /** A unit that is to be run again, as something of it was lost. */
  forget(index: number): void {
    this.#lines.delete(index)
  }

  close(): void {
    closeSync(this.#fd)
  }

  /** The run's result is there: it is no longer needed. */
  remove(): void {
    this.close()
    rmSync(this.#file)
  }

  #parse(bytes: Buffer): Line | undefined {
    try {
      const line = JSON.parse(bytes.toString('utf8')) as Line
      const isWhole = this.#units[line.unit] !== undefined && line.digests.length === this.#rows.length
      return isWhole && line.factsOf.every(i => i === -1 || line.facts[i] !== undefined) ? line : undefined
    } catch {
      return undefined
    }
  }
}
