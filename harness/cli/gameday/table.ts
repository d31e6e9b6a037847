import { InvalidInput, type Problem } from '../../model/problem.ts'
import { type Scenario, scenarioDocument } from '../../model/scenario.ts'
import type { CommandContext } from '../context.ts'
import { loadDocument, optionMention } from '../load/documents.ts'
import type { Injection, Played } from './courses.ts'
import type { GameClock } from './game-clock.ts'
import type { GameWorld } from './game-world.ts'
import { type GameDrivers, type HeldGame, holdGame, momentText } from './hold-game.ts'
import { openKeyboard } from './keyboard.ts'
import { helpLines } from './orders.ts'
import type { GamePlan } from './plan-game.ts'
import type { TypedCommand } from './recording.ts'
import { type Session, startSession } from './session.ts'

/** What a game needs wherever it is held. */
export interface Table {
  readonly planned: GamePlan
  /** The policy's name, without what the run calls the team's. */
  readonly policy: string
  readonly record: (command: TypedCommand) => void
  /** The terminal that showed it is gone. */
  readonly isLost: () => boolean
  readonly context: CommandContext
}

/** What came of it. */
export interface GameResult {
  readonly held: HeldGame
  readonly played: Played
  readonly injections: readonly Injection[]
  /** What went wrong after the game, as with the clean-up of its cluster: to be told when the game is saved. */
  readonly failure?: unknown
}

/** @param world whose injections are noted */
export function openSession(
  { planned, context }: Table,
  world: GameWorld,
): { session: Session; injections: Injection[] } {
  const color = context.stdoutColor && context.stderrIsTerminal
  const injections: Injection[] = []
  const session: Session = startSession({
    world: {
      ...world,
      async inject(scenario) {
        const why = await world.inject(scenario)
        if (why === '') injections.push({ atMs: session.nowMs(), scenario })
        return why
      },
    },
    bucketsS: planned.plan.groups[0]!.subject.telemetry.latency.bucketsS,
    tell: moment => context.writeProgress(momentText(moment, color, context.columns - 1)),
    loadScenario,
  })
  return { session, injections }
}

/** Plays against the clock. */
export async function holdAtTable(
  { planned, policy, record, context }: Table,
  session: Session,
  clock: GameClock,
  isCut: GameDrivers['isCut'],
): Promise<HeldGame> {
  const { plan, team } = planned
  const { subject } = plan.groups.find(({ rows }) => rows.includes(team))!
  const steps = subject.rollout.spec.strategy.canary?.steps ?? []
  context.writeProgress(`${helpLines().join('\n')}\n\n`)
  const keyboard = openKeyboard(process.stdin, process.stdin.isTTY === true && context.drawStatus !== undefined)
  try {
    const screen = { level: team.level, policy, steps, horizonMs: plan.horizonMs }
    return await holdGame({ session, keyboard, clock, record, isCut }, screen, context)
  } finally {
    keyboard.close()
  }
}

export function versionNames(session: () => Session): (hash: string) => string {
  return hash => session().desk.versions.find(version => version.hash === hash)?.name ?? hash
}

/** @throws InvalidInput with all its problems, and the nearest shipped one. */
function loadScenario(word: string): Scenario {
  const problems: Problem[] = []
  const loaded = loadDocument('catalogue', optionMention('inject', word), scenarioDocument, problems)
  if (loaded === undefined) throw new InvalidInput(problems)
  return { ...loaded.value.spec, name: loaded.name }
}
