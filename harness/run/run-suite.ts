import { createHash } from 'node:crypto'
import { type TrialResult, trialId } from '../judge/trial-result.ts'
import { streamKey, uniform } from '../stats/uniform.ts'
import type { UnitResult } from './run-unit.ts'
import { planUnits, type SuitePlan, type Unit } from './suite-plan.ts'
import { runTasks, type Task } from './worker-pool.ts'

export interface SuiteOptions {
  readonly workers: number
  readonly logs: 'failing' | 'all'
  /** As `WorkerSetting` has it. */
  readonly renderer?: string | undefined
  /** How many logs of a unit, of those that `logs` says, are still wanted; without it all. */
  maxLogs?(unit: Unit): number
  readonly signal: AbortSignal
  /** The units that make the run, in plan order, such as one shard's; without it all of the plan. */
  readonly units?: readonly Unit[] | undefined
  /** Units that an earlier start has run; they are not run again. */
  readonly done?: UnitDigests | undefined
  /** A unit is done, in any order; nothing of it but its digests is kept here. What this throws ends the run. */
  onUnit(result: UnitResult): void
  onCrash(message: string): void
}

/** The sha256 values of a unit's trials, one after the other, by the unit's index. */
export type UnitDigests = ReadonlyMap<number, Uint8Array>

export interface SuiteResult {
  readonly planned: number
  /** Units that have been run, those of an earlier start too. */
  readonly done: number
  /** Units that two workers died of. */
  readonly lost: readonly Unit[]
  readonly digests: UnitDigests
  readonly logDigest: string
  /** Trials that were run again, alone and from their start, with the same log. */
  readonly repeated: number
}

/** The same trial gave two logs: a bug, and nothing of the run can be trusted. */
class NotDeterministic extends Error {
  readonly exitCode = 70
  constructor(trials: readonly string[]) {
    super(`not deterministic: a second run of ${trials.join(', ')} gave another log`)
    this.name = 'NotDeterministic'
  }
}

/** One row in a hundred, and at least 20, run again. */
const repeatedShare = 0.01
const repeatedMin = 20

/** Of a sha256. */
const digestBytes = 32

/**
 * Runs a suite's trials on worker threads. The result depends on the plan alone, not on how many workers there were or who was faster.
 * @throws NotDeterministic
 */
export async function runSuite(plan: SuitePlan, options: SuiteOptions): Promise<SuiteResult> {
  const units = options.units ?? planUnits(plan)
  const done = new Map(options.done)
  const lost: Unit[] = []
  const pool = {
    setting: { plan, logs: options.logs, renderer: options.renderer },
    workers: options.workers,
    signal: options.signal,
    current: (task: Task): Task =>
      task.type === 'unit' ? { ...task, maxLogs: options.maxLogs?.(task.unit) ?? task.maxLogs } : task,
    onCrash: ({ unit }: Task, error: Error, isLost: boolean) => {
      if (isLost) lost.push(unit)
      const { variant, seed } = unit
      const what = `${plan.scenarios[unit.scenario]!.name}/${variant}, seed ${seed}`
      options.onCrash(
        `a worker died at ${what} (${error.message}); ${isLost ? 'these trials are left out' : 'trying again'}`,
      )
    },
  }
  const tasks = units
    .filter(({ index }) => !done.has(index))
    .map((unit): Task => ({ type: 'unit', unit, maxLogs: Number.POSITIVE_INFINITY }))
  await runTasks<UnitResult>(tasks, pool, (task, result) => {
    done.set(task.unit.index, digestsOf(result.trials))
    options.onUnit(result)
  })
  const ran = units.filter(({ index }) => done.has(index))
  const repeated = options.signal.aborted ? 0 : await repeat(plan, ran, done, pool)
  return { planned: units.length, done: ran.length, lost, digests: done, logDigest: logDigest(ran, done), repeated }
}

export function digestsOf(trials: readonly Pick<TrialResult, 'digest'>[]): Uint8Array {
  return Buffer.from(trials.map(({ digest }) => digest).join(''), 'hex')
}

/** The digest of a run: over the digests of its trials, in plan order. */
export function logDigest(units: readonly Pick<Unit, 'index'>[], digests: UnitDigests): string {
  const digest = createHash('sha256')
  for (const { index } of units) digest.update(digests.get(index)!)
  return digest.digest('hex')
}

/** Runs a keyed sample of the trials again, each alone, unforked, in a fresh worker. */
async function repeat(
  plan: SuitePlan,
  units: readonly Unit[],
  digests: UnitDigests,
  pool: Parameters<typeof runTasks>[1],
): Promise<number> {
  const rows = plan.groups.flatMap(group => group.rows)
  const trials = units.length * rows.length
  const key = streamKey(plan.firstSeed, plan.suite.name, 'repeated trials')
  const wanted = Math.min(trials, Math.max(repeatedMin, Math.ceil(trials * repeatedShare)))
  const orders = Float64Array.from({ length: trials }, (_, i) => uniform(key, i))
  const sample = Array.from({ length: trials }, (_, i) => i)
    .sort((a, b) => orders[a]! - orders[b]!)
    .slice(0, wanted)
  const expected = new Map<Task, { readonly id: string; readonly digest: string }>(
    sample.map(i => {
      const unit = units[Math.floor(i / rows.length)]!
      const { policy, level } = rows[i % rows.length]!
      const own = digests
        .get(unit.index)!
        .subarray((i % rows.length) * digestBytes, (1 + (i % rows.length)) * digestBytes)
      const id = trialId({ ...unit, scenario: plan.scenarios[unit.scenario]!.name, policy, level })
      return [
        { type: 'trial', unit, wanted: { policy, level } },
        { id, digest: Buffer.from(own).toString('hex') },
      ]
    }),
  )
  const different: string[] = []
  let repeated = 0
  await runTasks<string>([...expected.keys()], pool, (task, digest) => {
    repeated++
    const trial = expected.get(task)!
    if (digest !== trial.digest) different.push(trial.id)
  })
  if (different.length > 0) throw new NotDeterministic(different)
  return repeated
}
