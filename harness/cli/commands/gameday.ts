import { join } from 'node:path'
import { trialId } from '../../judge/trial-result.ts'
import type { Level } from '../../model/effect.ts'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { type Scenario, scenarioDocument, type Variant } from '../../model/scenario.ts'
import type { CommandContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { gameOf, type Injection } from '../gameday/courses.ts'
import { finishGame } from '../gameday/finish-game.ts'
import type { GameWorld } from '../gameday/game-world.ts'
import { type HeldGame, holdGame, momentText, replayGame } from '../gameday/hold-game.ts'
import { openKeyboard } from '../gameday/keyboard.ts'
import { helpLines } from '../gameday/orders.ts'
import { type GamePlan, planGame } from '../gameday/plan-game.ts'
import { commandsFile, readCommands, recordTo, type TypedCommand } from '../gameday/recording.ts'
import { type Session, startSession } from '../gameday/session.ts'
import { simGameWorld } from '../gameday/sim-game-world.ts'
import { watchTerminal } from '../gameday/terminal-watch.ts'
import { loadDocument, optionMention } from '../load/documents.ts'
import { quoted } from '../next-steps.ts'
import { openRunFolder } from '../open-run.ts'
import { packageInfo } from '../package-info.ts'
import type { StoredPlan } from '../run-folder.ts'

export interface GamedayOptions {
  readonly backend: 'sim' | 'kind'
  readonly speed: number
  readonly level: Level
  readonly policy: string
  readonly seed: number
  readonly variant?: Variant | undefined
  readonly out?: string | undefined
  /** Commands of an earlier game, which are carried out without waiting. */
  readonly commands?: string | undefined
  readonly rollout?: string | undefined
  readonly analysis?: readonly string[] | undefined
  readonly telemetry?: string | undefined
  readonly parameters?: readonly string[] | undefined
  readonly topology?: string | undefined
  readonly lenient: boolean
}

/** Holds a game day: people play one trial against the clock, and see how they did. */
export async function gameday(scenario: string, options: GamedayOptions, context: CommandContext): Promise<ExitCode> {
  const planned = planGame({ ...options, scenario }, 'quick')
  const { plan, team } = planned
  const identity = {
    scenario: plan.scenarios[0]!.name,
    policy: options.policy,
    level: options.level,
    seed: options.seed,
    backend: options.backend,
  }
  const replayed = options.commands === undefined ? undefined : readCommands(options.commands, identity)
  const stored: StoredPlan = {
    ...plan,
    version: packageInfo.version,
    backend: 'sim',
    logs: 'all',
    replayArguments: replayArguments(scenario, options),
    game: { trial: teamTrial(planned), replay: replayLine(scenario, options) },
  }
  const opened = openRunFolder(stored, options)
  const { folder } = opened
  const terminal = watchTerminal()
  try {
    const commands: TypedCommand[] = []
    const write = recordTo(join(folder, commandsFile), identity)
    const record = (command: TypedCommand) => {
      commands.push(command)
      write(command)
    }
    const startedMs = performance.now()
    const game = gameOf(plan, planned.trialPlan, team, 'team')
    const injections: Injection[] = []
    const sim = simGameWorld(game, nameOf, context.columns)
    const world: GameWorld = {
      ...sim,
      inject: injected => {
        const why = sim.inject(injected)
        if (why === '') injections.push({ atMs: game.run.world.nowMs, scenario: injected })
        return why
      },
    }
    const session = sessionOf(planned, world, context)
    function nameOf(hash: string) {
      return session.desk.versions.find(version => version.hash === hash)?.name ?? hash
    }
    const held =
      replayed === undefined
        ? await live(session, planned, options, { record, isLost: terminal.isLost }, context)
        : await replayGame(session, replayed, record, context.writeProgress)
    const wallMs = performance.now() - startedMs
    await finishGame(
      game,
      planned,
      stored,
      folder,
      { ...held, speed: options.speed, commands, injections, wallMs },
      context,
    )
    tellWhere(folder, planned, context)
    return held.ending === 'interrupted' || held.ending === 'lost terminal' ? exitCodes.interrupted : exitCodes.pass
  } finally {
    terminal.end()
    opened.release()
  }
}

function sessionOf({ plan }: GamePlan, world: GameWorld, context: CommandContext): Session {
  const color = context.stdoutColor && context.stderrIsTerminal
  return startSession({
    world,
    bucketsS: plan.groups[0]!.subject.telemetry.latency.bucketsS,
    tell: moment => context.writeProgress(momentText(moment, color, context.columns - 1)),
    loadScenario,
  })
}

async function live(
  session: Session,
  { plan, team }: GamePlan,
  { speed, level, policy }: GamedayOptions,
  game: { readonly record: (command: TypedCommand) => void; readonly isLost: () => boolean },
  context: CommandContext,
): Promise<HeldGame> {
  const { subject } = plan.groups.find(({ rows }) => rows.includes(team))!
  const steps = subject.rollout.spec.strategy.canary?.steps ?? []
  context.writeProgress(`${helpLines().join('\n')}\n\n`)
  const keyboard = openKeyboard(process.stdin, process.stdin.isTTY === true && context.drawStatus !== undefined)
  try {
    const drivers = { session, keyboard, speed, ...game }
    return await holdGame(drivers, { level, policy, steps, horizonMs: plan.horizonMs }, context)
  } finally {
    keyboard.close()
  }
}

/** @throws InvalidInput with all its problems, and the nearest shipped one. */
function loadScenario(word: string): Scenario {
  const problems: Problem[] = []
  const loaded = loadDocument('catalogue', optionMention('inject', word), scenarioDocument, problems)
  if (loaded === undefined) throw new InvalidInput(problems)
  return { ...loaded.value.spec, name: loaded.name }
}

function teamTrial({ trialPlan, team }: GamePlan): string {
  return trialId({ ...trialPlan, policy: team.policy, level: team.level })
}

/** In the game's folder. */
function replayLine(scenario: string, { level, policy, seed, variant }: GamedayOptions): string {
  const chosen = ['--level', level, '--policy', policy, '--seed', String(seed)]
  const words = [scenario, ...chosen, ...(variant === undefined ? [] : ['--variant', variant])]
  return `carmine gameday ${words.map(quoted).join(' ')} --commands ${commandsFile}`
}

function tellWhere(folder: string, planned: GamePlan, context: CommandContext): void {
  const trial = teamTrial(planned)
  context.writeProgress(`the game is in ${folder}\n`)
  context.suggest([
    { command: `show ${quoted(folder)} ${quoted(trial)}`, why: 'the game, drawn over time' },
    { command: `show ${quoted(folder)}`, why: 'the team beside the engine, as a run' },
  ])
}

function replayArguments(
  scenario: string,
  { policy, rollout, analysis = [], telemetry, parameters = [], topology, lenient }: GamedayOptions,
): string[] {
  const named = (option: string, values: readonly (string | undefined)[]) =>
    values.flatMap(value => (value === undefined ? [] : [option, value]))
  return [
    ...named('--suite', ['quick']),
    ...named('--scenario', [scenario]),
    ...named('--policy', [policy]),
    ...named('--rollout', [rollout]),
    ...named('--analysis', analysis),
    ...named('--telemetry', [telemetry]),
    ...named('--parameters', parameters),
    ...named('--topology', [topology]),
    ...(lenient ? ['--lenient'] : []),
  ]
}
