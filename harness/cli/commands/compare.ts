import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { renderComparison } from '../../../reports/comparison.ts'
import { renderComparisonMarkdown } from '../../../reports/markdown.ts'
import type { Summary } from '../../judge/summary.ts'
import { type Level, levels } from '../../model/effect.ts'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { compareRuns, comparisonExitCodes, type Inputs, type Operand, rejectIncomparable } from '../compare-runs.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { appendSummary, type Github } from '../github.ts'
import { loadPlan, unrepeated } from '../load/load-plan.ts'
import { afterComparison } from '../next-steps.ts'
import { packageInfo } from '../package-info.ts'
import { readPlan } from '../read-run.ts'
import { defined, inputsIn } from '../replay-arguments.ts'
import { inputsOf, readOperand } from '../stored-run.ts'
import { tellInFolders } from '../tell-in-folders.ts'
import { UsageError } from '../usage-error.ts'
import { planOptions, type RunOptions, run } from './run.ts'

type PolicyOptions = Pick<
  RunOptions,
  | 'scenario'
  | 'levels'
  | 'seeds'
  | 'workers'
  | 'rollout'
  | 'analysis'
  | 'telemetry'
  | 'parameters'
  | 'topology'
  | 'lenient'
  | 'out'
>

export interface CompareOptions extends PolicyOptions {
  readonly suite?: string | undefined
  readonly seed?: number | undefined
  readonly unpaired: boolean
  readonly format: 'terminal' | 'markdown'
  readonly json: boolean
}

/** Of the runs only their comparison is told. */
const nowhere: Github = { summaryFile: undefined, takesCommands: false, root: process.cwd() }

/** One word of the command line: a run's folder or a policy, and a level of it. */
interface Named {
  readonly word: string
  readonly what: string
  readonly level: Level | undefined
  readonly isFolder: boolean
}

/** Compares runs, or policies that are run for it, with the first. */
export async function compare(
  words: readonly string[],
  options: CompareOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const named = words.map(nameOf)
  const given = new Map(
    named.filter(({ isFolder }) => isFolder).map(one => [one, readOperand(one.what, one.word, chosenOf(one, options))]),
  )
  const made = await runPolicies(named, given, options, context)
  if (typeof made === 'number') return made
  const folderOf = (one: Named) => (one.isFolder ? one.what : made.get(one.what)!)
  const operands = named.map(
    (one): Operand => given.get(one) ?? readOperand(folderOf(one), one.word, chosenOf(one, options)),
  )
  const [baseline, ...candidates] = operands
  const comparison = compareRuns(baseline!, candidates, options.unpaired ? 'allowed' : 'refused')
  const ownFolders = named.slice(1).map(one => (one.isFolder ? undefined : folderOf(one)))
  const pages = await tellInFolders(comparison, ownFolders, context)
  const renderers = {
    terminal: () => renderComparison(comparison, { color: context.stdoutColor }),
    markdown: () => renderComparisonMarkdown(comparison),
  }
  const write = options.json || options.format !== 'terminal' ? context.writeResult : context.writeText
  write(options.json ? `${JSON.stringify(comparison)}\n` : renderers[options.format]())
  appendSummary(context.github, limitBytes => renderComparisonMarkdown(comparison, limitBytes))
  for (const page of pages) context.writeProgress(`report ${page}\n`)
  if (!options.json && options.format === 'terminal') context.suggest(afterComparison(folderOf(named.at(-1)!)))
  return comparisonExitCodes[comparison.verdict]
}

function chosenOf({ level }: Named, options: CompareOptions): readonly Level[] | undefined {
  return level === undefined ? options.levels : [level]
}

function nameOf(word: string): Named {
  const [, before, at] = /^(.+)@(L\d)$/i.exec(word) ?? []
  const level = levels.find(one => one === at?.toUpperCase())
  const what = level === undefined ? word : before!
  return { word, what, level, isFolder: statSync(what, { throwIfNoEntry: false })?.isDirectory() ?? false }
}

/** Runs each policy once, at all levels that are compared, on the inputs and seeds of the first folder where there is one. */
async function runPolicies(
  named: readonly Named[],
  given: ReadonlyMap<Named, Operand>,
  options: CompareOptions,
  context: CommandContext,
): Promise<ReadonlyMap<string, string> | ExitCode> {
  if (options.out !== undefined && named.every(({ isFolder }) => isFolder)) {
    throw new UsageError('--out is for the runs of policies, and here are finished runs alone: leave it out')
  }
  const like = named.find(({ isFolder }) => isFolder)
  const plan = like === undefined ? undefined : readPlan(like.what)
  const inherited = plan === undefined ? {} : inputsIn(plan.replayArguments)
  const { unpaired: _, format: __, out, ...rest } = options
  const policies = Map.groupBy(
    named.filter(({ isFolder }) => !isFolder),
    ({ what }) => what,
  )
  const runs = [...policies].map(([policy, same], i): RunOptions & { policy: [string] } => ({
    suite: 'quick',
    ...inherited,
    ...defined(rest),
    lenient: rest.lenient || inherited.lenient === true,
    policy: [policy],
    levels: levelsToRun(same, options.levels),
    seed: options.seed ?? plan?.firstSeed ?? 1,
    seeds: options.seeds ?? plan?.suite.seeds,
    out: out === undefined ? undefined : join(out, `${i + 1}-${basename(policy).replace(/\.ya?ml$/, '')}`),
    logs: 'failing',
    retain: false,
    output: 'json',
    quiet: false,
    withoutAnchors: true,
  }))
  rejectBeforehand(named, given, runs, options)
  const folders = new Map<string, string>()
  for (const options of runs) {
    const [policy] = options.policy
    context.writeProgress(`${policy}:\n`)
    let summary = ''
    const exitCode = await run(options, { ...context, writeResult: text => (summary += text), github: nowhere })
    if (exitCode === exitCodes.bug || exitCode === exitCodes.interrupted) return exitCode
    folders.set(policy, (JSON.parse(summary) as Summary).artifacts.dir)
  }
  return folders
}

/** Before anything is run. @throws InvalidInput with the problems of all runs, or with why they cannot be compared. */
function rejectBeforehand(
  named: readonly Named[],
  given: ReadonlyMap<Named, Operand>,
  runs: readonly (RunOptions & { readonly policy: readonly [string] })[],
  options: CompareOptions,
): void {
  const plans = new Map(
    allOf(runs, one => {
      const { plan } = loadPlan(planOptions(one))
      return [one.policy[0], plan] as const
    }),
  )
  const inputsOfNamed = (one: Named): Inputs => {
    const plan = plans.get(one.what)!
    const chosen = chosenOf(one, options)
    return {
      name: one.word,
      policies: plan.scored,
      levels: plan.suite.levels.filter(level => chosen?.includes(level) ?? true),
      inputs: inputsOf(plan, { name: one.word, version: packageInfo.version, backend: plan.suite.backend }),
    }
  }
  const [baseline, ...candidates] = named.map(one => given.get(one) ?? inputsOfNamed(one))
  allOf(candidates, candidate => rejectIncomparable(baseline!, candidate))
}

/** What each comes to. @throws InvalidInput with the problems of all */
function allOf<T, R>(ones: readonly T[], of: (one: T) => R): R[] {
  const problems: Problem[] = []
  const results = ones.flatMap(one => {
    try {
      return [of(one)]
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error
      problems.push(...error.problems)
      return []
    }
  })
  if (problems.length > 0) throw new InvalidInput(unrepeated(problems))
  return results
}

/** What an engine does by itself is judged against the level below it. */
function levelsToRun(same: readonly Named[], chosen: readonly Level[] | undefined): readonly Level[] | undefined {
  const wanted = same.flatMap(({ level }) => (level === undefined ? (chosen ?? levels) : [level]))
  if (same.some(({ level }) => level === undefined) && chosen === undefined) return undefined
  return wanted.includes('L4') && !wanted.includes('L3') ? ['L3', ...wanted] : wanted
}
