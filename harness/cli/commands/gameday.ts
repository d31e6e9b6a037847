import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { trialId } from '../../judge/trial-result.ts'
import type { Level } from '../../model/effect.ts'
import type { Variant } from '../../model/scenario.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { finishGame } from '../gameday/finish-game.ts'
import { gameOnSimulator } from '../gameday/game-on-simulator.ts'
import { type GamePlan, planGame } from '../gameday/plan-game.ts'
import { commandsFile, type GameIdentity, readCommands, recordTo, type TypedCommand } from '../gameday/recording.ts'
import type { GameResult } from '../gameday/table.ts'
import { watchTerminal } from '../gameday/terminal-watch.ts'
import type { OwnFiles } from '../load/load-subject.ts'
import { quoted } from '../next-steps.ts'
import { openRunFolder } from '../open-run.ts'
import { packageInfo } from '../package-info.ts'
import { ownFilesArguments, replayArguments } from '../replay-arguments.ts'
import { discardRun, runFiles, type StoredPlan } from '../run-folder.ts'
import { UsageError } from '../usage-error.ts'

export interface GamedayOptions extends OwnFiles {
  readonly backend: 'sim' | 'kind'
  readonly speed: number
  readonly level: Level
  readonly policy: string
  readonly seed: number
  readonly variant?: Variant | undefined
  readonly out?: string | undefined
  /** Commands of an earlier game, which are carried out without waiting. */
  readonly commands?: string | undefined
  /** A kind cluster that stands. */
  readonly cluster?: string | undefined
}

/** Whose pauses and horizon a game has. */
const suites = { sim: 'quick', kind: 'kind-smoke' } as const

/** People need longer than the engine, and a real cluster takes the time that it takes; `stop` ends it before. */
const horizonsMs = { sim: 0, kind: 600_000 } as const

/** Holds a game day: people play one trial against the clock, and see how they did. */
export async function gameday(scenario: string, options: GamedayOptions, context: CommandContext): Promise<ExitCode> {
  const { backend, policy, speed } = options
  refuseOnReal(options)
  const planned = planGame({ ...options, scenario }, suites[backend], horizonsMs[backend])
  const identity = identityOf(planned, options)
  const replayed = options.commands === undefined ? undefined : readCommands(options.commands, identity)
  const stored = storedPlan(planned, scenario, options)
  const opened = openRunFolder(stored, options)
  const { folder } = opened
  const terminal = watchTerminal()
  const commands: TypedCommand[] = []
  let result: GameResult | undefined
  try {
    const write = recordTo(join(folder, commandsFile), identity)
    const record = (command: TypedCommand) => {
      commands.push(command)
      write(command)
    }
    const table = { planned, policy, record, isLost: terminal.isLost, context }
    const startedMs = performance.now()
    if (backend === 'kind') {
      const { gameOnKind } = await import('../gameday/game-on-kind.ts')
      result = await gameOnKind(table, options, options.cluster)
    } else result = await gameOnSimulator(table, speed, replayed)
    const wallMs = performance.now() - startedMs
    await finishGame(planned, stored, folder, { ...result, speed, commands, wallMs }, context)
    tellWhere(folder, planned, context)
    const { ending } = result.held
    if (result.failure !== undefined) throw result.failure
    if (ending === 'lost cluster') return exitCodes.unavailable
    return ending === 'interrupted' || ending === 'lost terminal' ? exitCodes.interrupted : exitCodes.pass
  } finally {
    terminal.end()
    opened.release()
    if (result === undefined && commands.length === 0) discardRun(folder, [commandsFile, runFiles.plan])
  }
}

/** Which game it is: commands of another one mean something else in it. */
function identityOf({ plan, trialPlan }: GamePlan, { policy, level, seed, backend }: GamedayOptions): GameIdentity {
  const { scenarios, groups, environment, horizonMs } = plan
  const decisive = { scenarios, groups, environment, horizonMs, load: trialPlan.load }
  const planDigest = createHash('sha256').update(JSON.stringify(decisive)).digest('hex')
  const { name: scenario } = scenarios[0]!
  return { scenario, policy, level, seed, backend, variant: trialPlan.variant, planDigest }
}

function refuseOnReal({ backend, speed, commands, cluster }: GamedayOptions): void {
  if (backend === 'sim') {
    if (cluster !== undefined) throw new UsageError('--cluster is for --backend kind')
    return
  }
  if (speed !== 1)
    throw new UsageError('--speed: a real cluster has a speed of its own; leave it out, or use the simulator')
  if (commands !== undefined) {
    throw new UsageError(
      '--commands: a game on a real cluster cannot be played again; leave it out, or use the simulator',
    )
  }
}

function storedPlan(planned: GamePlan, scenario: string, options: GamedayOptions): StoredPlan {
  const { plan, team } = planned
  const { backend } = options
  const rest = {
    version: packageInfo.version,
    backend,
    logs: 'all' as const,
    replayArguments: replayArguments({
      ...options,
      suite: suites[backend],
      scenario: [scenario],
      policy: [options.policy],
    }),
    game: { trial: teamTrial(planned), replay: replayLine(scenario, options) },
  }
  if (backend === 'sim') return { ...plan, ...rest }
  const groups = plan.groups.flatMap(({ subject, rows }) => (rows.includes(team) ? [{ subject, rows: [team] }] : []))
  const suite = { ...plan.suite, levels: [team.level] }
  return { ...plan, ...rest, suite, groups, scored: [team.policy] }
}

function teamTrial({ trialPlan, team }: GamePlan): string {
  return trialId({ ...trialPlan, policy: team.policy, level: team.level })
}

/** In the game's folder; files of one's own are named from anywhere. */
function replayLine(scenario: string, options: GamedayOptions): string {
  const { backend, level, policy, seed, variant } = options
  const chosen = ['--level', level, '--policy', policy, '--seed', String(seed)]
  const own = [...(variant === undefined ? [] : ['--variant', variant]), ...ownFilesArguments(options)]
  const words = [scenario, ...chosen, ...own].map(word => (existsSync(word) ? resolve(word) : word))
  const again = backend === 'sim' ? `--commands ${commandsFile}` : `--backend ${backend}`
  return `carmine gameday ${words.map(quoted).join(' ')} ${again}`
}

function tellWhere(folder: string, planned: GamePlan, context: CommandContext): void {
  const trial = teamTrial(planned)
  context.writeProgress(`the game is in ${folder}\n`)
  context.suggest([
    { command: `show ${quoted(folder)} ${quoted(trial)}`, why: 'the game, drawn over time' },
    { command: `show ${quoted(folder)}`, why: 'the team beside the engine, as a run' },
  ])
}
