import { createHash } from 'node:crypto'
import type { TrialResult } from '../judge/trial-result.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import type { UnitResult } from './run-unit.ts'
import { planUnits, type SuitePlan, type Unit } from './suite-plan.ts'
import { runTasks, type Task } from './worker-pool.ts'

export interface SuiteOptions {
  readonly workers: number
  readonly logs: 'failing' | 'all'
  readonly signal: AbortSignal
  /** A unit is done; its logs are not kept here. */
  onUnit(result: UnitResult): void
  onCrash(message: string): void
}

export interface SuiteResult {
  /** Results of the units that were run, in plan order. */
  readonly units: readonly Omit<UnitResult, 'frames'>[]
  readonly planned: number
  /** Units that two workers died of. */
  readonly lost: readonly Unit[]
  /** null on a real cluster, where no run repeats another. */
  readonly logDigest: string | null
  /** Trials that were run again, alone and from their start, with the same log. */
  readonly repeated: number
}

/** The same trial gave two logs: a bug, and nothing of the run can be trusted. */
class NotDeterministic extends Error {
  readonly exitCode = 70
  constructor(trials: readonly TrialResult[]) {
    super(`not deterministic: a second run of ${trials.map(({ id }) => id).join(', ')} gave another log`)
    this.name = 'NotDeterministic'
  }
}

/** One row in a hundred, and at least 20, run again. */
const repeatedShare = 0.01
const repeatedMin = 20

/**
 * Runs a suite's trials on worker threads. The result depends on the plan alone, not on how many workers there were or who was faster.
 * @throws NotDeterministic
 */
export async function runSuite(plan: SuitePlan, options: SuiteOptions): Promise<SuiteResult> {
  const units = planUnits(plan)
  const results = new Array<Omit<UnitResult, 'frames'> | undefined>(units.length)
  const lost: Unit[] = []
  const pool = {
    setting: { plan, logs: options.logs },
    workers: options.workers,
    signal: options.signal,
    onCrash: ({ unit }: Task, error: Error, isLost: boolean) => {
      if (isLost) lost.push(unit)
      const { variant, seed } = unit
      const what = `${plan.scenarios[unit.scenario]!.name}/${variant}, seed ${seed}`
      options.onCrash(
        `a worker died at ${what} (${error.message}); ${isLost ? 'these trials are left out' : 'trying again'}`,
      )
    },
  }
  const tasks = units.map(unit => ({ type: 'unit' as const, unit }))
  await runTasks<UnitResult>(tasks, pool, (task, result) => {
    options.onUnit(result)
    const { frames: _, ...kept } = result
    results[task.unit.index] = kept
  })
  const done = results.filter(result => result !== undefined)
  const repeated = options.signal.aborted ? 0 : await repeat(plan, units, done, pool)
  return { units: done, planned: units.length, lost, logDigest: logDigestOf(done), repeated }
}

/** @param units in plan order */
export function logDigestOf(units: readonly Pick<UnitResult, 'trials'>[]): string {
  const digest = createHash('sha256')
  for (const { trials } of units) for (const trial of trials) digest.update(trial.digest, 'hex')
  return digest.digest('hex')
}

/** Runs a keyed sample of the trials again, each alone, unforked, in a fresh worker. */
async function repeat(
  plan: SuitePlan,
  units: readonly Unit[],
  done: readonly Omit<UnitResult, 'frames'>[],
  pool: Parameters<typeof runTasks>[1],
): Promise<number> {
  const trials = done.flatMap(({ unit, trials: ofUnit }) => ofUnit.map(trial => ({ unit: units[unit]!, trial })))
  const key = streamKey(plan.firstSeed, plan.suite.name, 'repeated trials')
  const wanted = Math.min(trials.length, Math.max(repeatedMin, Math.ceil(trials.length * repeatedShare)))
  const sample = trials
    .map((entry, i) => ({ ...entry, order: uniform(key, i) }))
    .sort((a, b) => a.order - b.order)
    .slice(0, wanted)
  const different: TrialResult[] = []
  let repeated = 0
  const expected = new Map<Task, TrialResult>(
    sample.map(({ unit, trial }) => [{ type: 'trial', unit, wanted: trial }, trial]),
  )
  await runTasks<string>([...expected.keys()], pool, (task, digest) => {
    repeated++
    const trial = expected.get(task)!
    if (digest !== trial.digest) different.push(trial)
  })
  if (different.length > 0) throw new NotDeterministic(different)
  return repeated
}
