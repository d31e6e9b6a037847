import { leftoversIn } from '../../../clusters/existing/leftovers.ts'
import { openContext } from '../../../clusters/existing/open-context.ts'
import {
  type Leftover,
  leftoverClusters,
  leftoverContainers,
  leftoverFolders,
  leftoverImages,
} from '../../../clusters/kind/leftovers.ts'
import { Unavailable } from '../../../clusters/stage/unavailable.ts'
import { askWord } from '../ask-word.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { UsageError } from '../usage-error.ts'

export interface CleanOptions {
  readonly dryRun: boolean
  readonly yes: boolean
  /** What was to stay, too, and what there is no record of. */
  readonly all: boolean
  /** A cluster of the user's that is searched too. */
  readonly context?: string | undefined
  readonly json: boolean
}

interface Outcome {
  readonly kind: Leftover['kind']
  readonly name: string
  readonly why: string
  readonly state: Leftover['state']
  readonly done: 'deleted' | 'left' | 'failed'
  /** Why it could not be deleted. */
  readonly problem: string | null
}

/** Finds what runs that died have left, says what, and deletes it. */
export async function clean(options: CleanOptions, context: CommandContext): Promise<ExitCode> {
  const { unsearched, found } = await search(options, context.interrupted)
  const doomed = found.filter(({ state }) => state === 'dead' || (options.all && state === 'kept'))
  const others = found.filter(leftover => !doomed.includes(leftover))
  const tell = options.json ? context.writeProgress : context.writeText
  for (const what of unsearched) tell(`not searched: ${what}\n`)
  for (const leftover of others) tell(`${renderLeftover(leftover)}${advice(leftover)}\n`)
  if (doomed.length > 0) tell(`${options.dryRun ? 'would delete' : 'to delete'}:\n`)
  for (const leftover of doomed) tell(`  ${renderLeftover(leftover)}\n`)
  const agreed = !options.dryRun && doomed.length > 0 && (options.yes || (await isAgreed(doomed.length, context)))
  const outcomes: Outcome[] = others.map(leftover => outcomeOf(leftover, 'left'))
  for (const leftover of doomed) {
    const outcome = agreed ? await remove(leftover) : outcomeOf(leftover, 'left')
    outcomes.push(outcome)
    if (outcome.done === 'deleted') context.writeProgress(`deleted ${leftover.kind} ${leftover.name}\n`)
    if (outcome.done === 'failed') {
      context.writeProgress(`could not delete ${leftover.kind} ${leftover.name}: ${outcome.problem}\n`)
    }
  }
  if (doomed.length === 0) tell('nothing to delete\n')
  if (options.json) {
    context.writeResult(`${JSON.stringify({ schemaVersion: 1, unsearched, leftovers: outcomes }, null, 1)}\n`)
  }
  // Who names a cluster asks for that: a machine without Docker has nothing else.
  const isSearched = unsearched.length === 0 || options.context !== undefined
  const isWhole = isSearched && !outcomes.some(({ done }) => done === 'failed')
  return isWhole ? exitCodes.pass : exitCodes.unavailable
}

async function search(
  { context }: CleanOptions,
  signal: AbortSignal,
): Promise<{ unsearched: string[]; found: Leftover[] }> {
  const unsearched: string[] = []
  async function attempt(what: string, part: () => Promise<Leftover[]>): Promise<Leftover[] | undefined> {
    try {
      return await part()
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      unsearched.push(`${what} (${error.message})`)
      return undefined
    }
  }
  const clusters = await attempt('kind clusters, and the folders that go with them', leftoverClusters)
  const found = [
    ...(clusters ?? []),
    ...((await attempt('containers and images', ofDocker)) ?? []),
    ...(context === undefined ? [] : await leftoversOf(context, signal)),
    ...(clusters === undefined ? [] : leftoverFolders(clusters.map(({ name }) => name))),
  ]
  return { unsearched, found }
}

async function ofDocker(): Promise<Leftover[]> {
  return (await Promise.all([leftoverContainers(), leftoverImages()])).flat()
}

async function leftoversOf(context: string, signal: AbortSignal): Promise<Leftover[]> {
  const user = await openContext(context, signal)
  return leftoversIn(user).finally(() => user.api.close())
}

async function remove(leftover: Leftover): Promise<Outcome> {
  try {
    await leftover.remove()
    return outcomeOf(leftover, 'deleted')
  } catch (error) {
    return { ...outcomeOf(leftover, 'failed'), problem: error instanceof Error ? error.message : String(error) }
  }
}

function outcomeOf({ kind, name, why, state }: Leftover, done: Outcome['done']): Outcome {
  return { kind, name, why, state, done, problem: null }
}

function renderLeftover({ kind, name, why }: Leftover): string {
  return `${kind} ${name}: ${why}`
}

function advice({ state }: Leftover): string {
  return state === 'kept' ? '; left, as --all is not given' : '; left'
}

async function isAgreed(count: number, { interrupted }: CommandContext): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UsageError('clean: nobody is there to be asked: add --yes, or --dry-run')
  const answer = await askWord(`delete ${count === 1 ? 'it' : `these ${count}`}? [y/N] `, interrupted)
  return /^y(es)?$/i.test(answer)
}
