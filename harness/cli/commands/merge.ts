import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { digestsOf, logDigest } from '../../run/run-suite.ts'
import { type Shard, unitsOfShard } from '../../run/shard.ts'
import { planUnits } from '../../run/suite-plan.ts'
import { type FailOn, openBaseline } from '../baseline.ts'
import type { CommandContext } from '../context.ts'
import type { ExitCode } from '../exit-codes.ts'
import { endRun } from '../finish-run.ts'
import { Journal, type StoredUnit } from '../journal.ts'
import { hasItsLogs, keptOf } from '../kept-logs.ts'
import { openRunFolder } from '../open-run.ts'
import { planDifferences } from '../plan-differences.ts'
import { readPlan, readShardResult } from '../read-run.ts'
import { logPath, runFiles, type StoredPlan } from '../run-folder.ts'
import { type OutputOptions, runOutput } from '../run-output.ts'

export interface MergeOptions extends OutputOptions {
  readonly out: string
  /** The folder of a finished run to compare with. */
  readonly baseline?: string | undefined
  readonly failOn?: FailOn
}

interface ShardFolder {
  readonly folder: string
  readonly plan: StoredPlan & { readonly shard: Shard }
}

/**
 * Makes one run of its shards: the files of a run that was never divided, byte for byte, but for the folder's own name and `wallMs`, which is
 * what all shards took together.
 */
export async function merge(
  folders: readonly string[],
  options: MergeOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const problems: Problem[] = []
  const shards = folders.flatMap(folder => openShard(folder, problems) ?? [])
  problems.push(...whatDoesNotFit(shards, problems.length > 0))
  if (problems.length > 0) throw new InvalidInput(problems)
  const units = shards.flatMap(shard => readShard(shard, problems))
  if (problems.length > 0) throw new InvalidInput(problems)
  units.sort((a, b) => a.unit.unit - b.unit.unit)
  const { shard: _, ...plan } = shards[0]!.plan
  const baseline = options.baseline === undefined ? undefined : openBaseline(options.baseline, plan, plan.backend)
  const opened = openRunFolder(plan, { out: options.out })
  try {
    copyLogs(units, plan, opened.folder)
    const wallMs = shards.reduce((sum, { folder }) => sum + readShardResult(folder).wallMs, 0)
    const whole = {
      units: units.map(({ unit }) => unit),
      planned: units.length,
      logDigest: logDigest(planUnits(plan), new Map(units.map(({ unit }) => [unit.unit, digestsOf(unit.trials)]))),
    }
    const { failOn, quiet } = options
    const told = { output: runOutput(plan, options, context), baseline, failOn, quiet }
    return await endRun({ folder: opened.folder, plan, ...whole, ...told }, wallMs, context)
  } finally {
    opened.release()
  }
}

/** undefined where the folder is none of a finished shard. */
function openShard(folder: string, problems: Problem[]): ShardFolder | undefined {
  const refuse = (message: string) => {
    problems.push(problem(folder, message))
    return undefined
  }
  if (!existsSync(join(folder, runFiles.plan))) return refuse('holds no run')
  const plan = readPlan(folder)
  const { shard } = plan
  if (shard === undefined) return refuse('holds a whole run, not a shard of one')
  if (!existsSync(join(folder, runFiles.shard))) {
    return refuse(`shard ${shard.index}/${shard.count} did not get to its end; run it again with --resume`)
  }
  return { folder, plan: { ...plan, shard } }
}

/** Shards that are missing, doubled, or of another run than the first. @param isPartial some of the folders were refused already */
function whatDoesNotFit(shards: readonly ShardFolder[], isPartial: boolean): Problem[] {
  const [first] = shards
  if (first === undefined) return []
  const { count } = first.plan.shard
  const ofRun = ({ plan: { shard, ...plan } }: ShardFolder) => ({ ...plan, shards: shard.count })
  const foreign = shards.flatMap(one =>
    planDifferences(ofRun(first), ofRun(one)).map(difference =>
      problem(one.folder, `is of another run than ${first.folder}: ${difference}`),
    ),
  )
  if (foreign.length > 0) return foreign
  const byIndex = Map.groupBy(shards, ({ plan }) => plan.shard.index)
  const doubled = [...byIndex].flatMap(([index, same]) =>
    same.length === 1
      ? []
      : [
          problem(
            same[1]!.folder,
            `shard ${index}/${count} is there twice: ${same.map(({ folder }) => folder).join(', ')}`,
          ),
        ],
  )
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter(index => !byIndex.has(index))
  if (missing.length === 0 || isPartial) return doubled
  return [
    ...doubled,
    problem(first.folder, `not all shards are given; missing: ${missing.map(i => `${i}/${count}`).join(', ')}`),
  ]
}

interface UnitOfShard {
  readonly folder: string
  readonly unit: StoredUnit
}

function readShard({ folder, plan }: ShardFolder, problems: Problem[]): UnitOfShard[] {
  const journal = new Journal(folder, plan, 'read')
  try {
    const units = [...journal.all()]
    const wanted = unitsOfShard(planUnits(plan), plan.shard)
    const isWhole = wanted.length === units.length && wanted.every(({ index }, i) => units[i]!.unit === index)
    if (!isWhole)
      problems.push(problem(folder, 'has lost some of its parts; run this shard again, into another folder'))
    const damaged = units.filter(unit => !hasItsLogs(folder, unit))
    if (damaged.length > 0) {
      problems.push(
        problem(
          folder,
          `logs of ${damaged.length} parts are missing or changed; run this shard again, into another folder`,
        ),
      )
    }
    return units.map(unit => ({ folder, unit }))
  } finally {
    journal.close()
  }
}

function copyLogs(units: readonly UnitOfShard[], { logs }: StoredPlan, to: string): void {
  const all = units.flatMap(({ folder, unit }) =>
    Object.entries(unit.logs).map(([trial, sizes]) => ({ trial, folder, endings: Object.keys(sizes) })),
  )
  const kept = new Set(
    keptOf(
      all.map(({ trial }) => trial),
      logs,
    ),
  )
  for (const { trial, folder, endings } of all.filter(one => kept.has(one.trial))) {
    for (const ending of endings) {
      const target = `${logPath(to, trial)}${ending}`
      try {
        copyFileSync(`${logPath(folder, trial)}${ending}`, target)
      } catch (error) {
        rmSync(target, { force: true })
        throw error
      }
    }
  }
}

function problem(file: string, message: string): Problem {
  return { file, line: 1, column: 1, message, severity: 'error' }
}
