import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidInput } from '../model/problem.ts'
import { digestsOf } from '../run/run-suite.ts'
import { Journal, type StoredUnit } from './journal.ts'
import { hasItsLogs, LogWriter } from './kept-logs.ts'
import { planDifferences } from './plan-differences.ts'
import { readPlan } from './read-run.ts'
import { createRunFolder, refuseUsed, runFiles, type StoredPlan, writePlan } from './run-folder.ts'
import { lockFolder } from './run-lock.ts'

/** A run's folder, which nobody else may write to until it is let go. */
export interface RunFolder {
  readonly folder: string
  /** An earlier start did not get to the run's end. */
  readonly isBegun: boolean
  /** An earlier start did. */
  readonly isFinished: boolean
  release(): void
}

/**
 * Makes a run's folder and writes its plan, or finds the one of an earlier start.
 * @throws InvalidInput where the folder is in use, holds something else, or the run that is to go on was planned otherwise.
 */
export function openRunFolder(
  plan: StoredPlan,
  { out, resume = false }: { readonly out?: string | undefined; readonly resume?: boolean | undefined },
): RunFolder {
  const folder = createRunFolder(plan.suite.name, out)
  const release = lockFolder(folder)
  try {
    const isPlanned = existsSync(join(folder, runFiles.plan))
    if (resume && isPlanned) {
      refuseOtherPlan(folder, plan)
      const has = (name: keyof typeof runFiles) => existsSync(join(folder, runFiles[name]))
      // An interrupted run has a summary too, of what was done; a shard's journal is its result.
      const isFinished = plan.shard === undefined ? has('summary') && !has('journal') : has('shard')
      return { folder, isBegun: has('journal'), isFinished, release }
    }
    refuseUsed(folder)
    writePlan(folder, plan)
    return { folder, isBegun: false, isFinished: false, release }
  } catch (error) {
    release()
    throw error
  }
}

function refuseOtherPlan(folder: string, plan: StoredPlan): void {
  const file = join(folder, runFiles.plan)
  const problems = planDifferences(atMost(readPlan(folder)), plan).map(difference => ({
    file,
    line: 1,
    column: 1,
    message: `the run cannot go on, it was planned otherwise: ${difference}`,
    severity: 'error' as const,
  }))
  if (problems.length > 0) throw new InvalidInput(problems)
}

/** As it was before it was known how many looks would be enough. */
function atMost(plan: StoredPlan): StoredPlan {
  const seeds = plan.looks?.at(-1)
  return seeds === undefined ? plan : { ...plan, suite: { ...plan.suite, seeds } }
}

/** What an earlier start of a run left, cleared of what it had not finished. */
export interface Begun {
  readonly journal: Journal
  readonly logs: LogWriter
  readonly digests: Map<number, Uint8Array>
  readonly wallMs: number
}

/**
 * @param onUnit is shown each unit that need not be run again, in plan order
 * @param isDone tells these; any other stays in the journal, for what of it is good
 */
export function resumeFrom(
  folder: string,
  plan: StoredPlan,
  onUnit: (unit: StoredUnit) => void,
  isDone: (unit: StoredUnit) => boolean = () => true,
): Begun {
  const journal = new Journal(folder, plan)
  const logs = new LogWriter(folder, plan.logs)
  const digests = new Map<number, Uint8Array>()
  let wallMs = 0
  for (const unit of journal.all()) {
    if (!hasItsLogs(folder, unit)) {
      journal.forget(unit.unit)
      continue
    }
    logs.keep(unit.unit, Object.keys(unit.logs))
    wallMs = Math.max(wallMs, unit.wallMs)
    if (!isDone(unit)) continue
    digests.set(unit.unit, digestsOf(unit.trials))
    onUnit(unit)
  }
  logs.prune()
  for (const name of Object.values(runFiles)) rmSync(join(folder, `${name}.part`), { force: true })
  return { journal, logs, digests, wallMs }
}
