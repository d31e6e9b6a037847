import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import type { Comparison } from '../judge/comparison.ts'
import { comparisonShape } from '../judge/comparison-shape.ts'
import type { UnitAlarms } from '../judge/detectors.ts'
import type { Summary } from '../judge/summary.ts'
import { summaryShape } from '../judge/summary-shape.ts'
import type { TrialResult } from '../judge/trial-result.ts'
import { trialShape } from '../judge/trial-shape.ts'
import { levels } from '../model/effect.ts'
import { formatPath } from '../model/parse-with.ts'
import { InvalidInput } from '../model/problem.ts'
import { runFiles, type ShardResult, type StoredPlan } from './run-folder.ts'

/** Of a plan, what decides whether this version understands it; the rest is what its loader made of documents. */
const planShape = z.object({
  version: z.string(),
  backend: summaryShape.shape.backend,
  logs: z.enum(['failing', 'all']),
  shard: z.object({ index: z.number(), count: z.number() }).optional(),
  replayArguments: z.array(z.string()),
  game: z.object({ trial: z.string(), replay: z.string() }).optional(),
  suite: z.object({
    name: z.string(),
    seeds: z.number(),
    anchors: z.array(z.string()),
    levels: z.array(z.enum(levels)),
    heldOut: z.array(z.string()),
    criteria: z.array(z.object({ text: z.string(), operator: z.string(), bound: z.number() })),
  }),
  firstSeed: z.number(),
  scenarios: z.array(
    z.object({
      name: z.string(),
      family: z.string(),
      deploys: z.array(z.object({})),
      incidents: z.array(z.object({})),
      disturbances: z.array(z.object({})),
    }),
  ),
  groups: z.array(
    z.object({
      subject: z.object({}),
      rows: z.array(z.object({ policy: z.string(), level: z.enum(levels), spec: z.object({}), driver: z.string() })),
    }),
  ),
  environment: z.object({}),
  scored: z.array(z.string()),
  horizonMs: z.number(),
  looks: z.array(z.number()).optional(),
})

const alarmsShape = z.object({
  scenario: z.string(),
  variant: z.string(),
  seed: z.number(),
  alarms: z.array(z.object({ policy: z.string(), detector: z.string(), blames: z.string().nullable(), t: z.number() })),
}) satisfies z.ZodType<UnitAlarms>

const shardShape = z.object({ schemaVersion: z.literal(1), wallMs: z.number() }) satisfies z.ZodType<ShardResult>

const runAgain = 'run it again with this version'

/** @throws InvalidInput where there is no summary, or one that this version does not read. */
export function readSummary(folder: string): Summary {
  return readFromSummary(folder, ...(Object.keys(summaryShape.shape) as (keyof Summary)[]))
}

/** Some of a summary, for who needs no more: runs of other versions may have that much. @throws InvalidInput */
export function readFromSummary<K extends keyof Summary>(folder: string, ...keys: readonly K[]): Pick<Summary, K> {
  const file = join(folder, runFiles.summary)
  if (!existsSync(file) && existsSync(join(folder, runFiles.shard))) {
    throw invalidFile(folder, 'is one shard of a run; `carmine merge` makes a run of all of them')
  }
  const content = parsed(file, textOf(file))
  if ((content as Partial<Summary> | null)?.schemaVersion !== 1)
    throw invalidFile(file, 'is not the summary of a run, version 1')
  const shape = summaryShape.pick(Object.fromEntries(keys.map(key => [key, true])) as { [key in keyof Summary]?: true })
  return checked(content, shape, { file, hint: () => waysToSummary(folder) }) as Pick<Summary, K>
}

export function readPlan(folder: string): StoredPlan {
  const file = join(folder, runFiles.plan)
  return checked(parsed(file, textOf(file)), planShape, { file, hint: () => runAgain }) as StoredPlan
}

/** @throws InvalidInput where the run is of a version that did not keep them, or kept them otherwise. */
export function readTrials(folder: string): TrialResult[] {
  return readLines(join(folder, runFiles.trials), trialShape)
}

export function readAlarms(folder: string): UnitAlarms[] {
  return readLines(join(folder, runFiles.detectors), alarmsShape)
}

/** @returns undefined where the run was compared with none. */
export function readComparison(folder: string): Comparison | undefined {
  const file = join(folder, runFiles.comparison)
  if (!existsSync(file)) return undefined
  const hint = () => '`carmine compare` of the two folders makes one'
  return checked(parsed(file, textOf(file)), comparisonShape, { file, hint }) as Comparison
}

export function readShardResult(folder: string): ShardResult {
  const file = join(folder, runFiles.shard)
  return checked(parsed(file, textOf(file)), shardShape, { file, hint: () => runAgain }) as ShardResult
}

/** Logs that are all there can be judged again; everything else takes another run. */
function waysToSummary(folder: string): string {
  try {
    const { logs } = readPlan(folder)
    return logs === 'all' ? `\`carmine rejudge ${folder}\` judges its logs with this version; or ${runAgain}` : runAgain
  } catch {
    return runAgain
  }
}

function readLines<S extends z.ZodType>(file: string, shape: S): z.output<S>[] {
  return textOf(file)
    .split('\n')
    .flatMap((text, i) =>
      text === ''
        ? []
        : [checked(parsed(file, text, i + 1), shape, { file, line: i + 1, hint: () => runAgain }) as z.output<S>],
    )
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw invalidFile(file, `cannot be read: ${(error as Error).message}`)
  }
}

function parsed(file: string, text: string, line = 1): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw invalidFile(file, `cannot be read: ${(error as Error).message}`, { line })
  }
}

interface Place {
  readonly file: string
  readonly line?: number
  /** What to do about it. */
  readonly hint: () => string
}

const pathsTold = 3

/** What was read, whole, where it has what the shape asks for. */
function checked(content: unknown, shape: z.ZodType, { file, line = 1, hint }: Place): unknown {
  const result = shape.safeParse(content)
  if (result.success) return content
  // What is missing in one row is missing in all.
  const wrong = [...Map.groupBy(result.error.issues, ({ path }) => path.filter(isName).join('.')).values()]
  const more = wrong.length - pathsTold
  const paths = wrong
    .slice(0, pathsTold)
    .map(([first]) => told(first!, content))
    .join(', ')
  const message = `was written by another version of carmine: ${paths}${more > 0 ? `, and ${more} more` : ''}`
  throw invalidFile(file, message, { line, hint: hint() })
}

function isName(part: PropertyKey): boolean {
  return typeof part !== 'number'
}

function told({ path, message }: z.core.$ZodIssue, content: unknown): string {
  const at = path as (string | number)[]
  const found = at.reduce<unknown>(
    (part, key) => (part as Record<string | number, unknown> | undefined)?.[key],
    content,
  )
  if (found === undefined) return `${formatPath(at)} is missing`
  return `${formatPath(at)}: ${message.charAt(0).toLowerCase()}${message.slice(1)}`
}

function invalidFile(
  file: string,
  message: string,
  { line = 1, hint }: { readonly line?: number; readonly hint?: string } = {},
): InvalidInput {
  return new InvalidInput([
    { file, line, column: 1, message, severity: 'error', ...(hint === undefined ? {} : { hint }) },
  ])
}
