import { appendFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { readInput } from '../load/read-input.ts'
import { endings } from './hold-game.ts'

/** Of a game's folder. */
export const commandsFile = 'commands.ndjson'

/** Which game commands were typed in. */
export interface GameIdentity {
  readonly scenario: string
  readonly policy: string
  readonly level: string
  readonly seed: number
  readonly backend: string
  readonly variant: string
  /** Of all else that decides what happens in it. */
  readonly planDigest: string
}

/** A recording begins with a line that says which game it is of. */
const headShape = z.looseObject({ v: z.literal(1) })

const commandShape = z.strictObject({
  /** Trial time. */
  atMs: z.int().min(0),
  /** Since the game began, of the team's own time; left out where nobody waited. */
  wallMs: z.int().min(0).optional(),
  typed: z.string().min(1),
  actor: z.literal('human').default('human'),
  /** How long what it answers had waited, in ms of the trial: a page, or a question of the engine's. */
  tookMs: z.int().min(0).optional(),
  /** Of the last one, why the game ended. */
  ending: z.enum(endings).optional(),
})
export type TypedCommand = z.input<typeof commandShape>

/** Puts every command on record when it is carried out, so that a game that is killed is not lost. */
export function recordTo(file: string, game: GameIdentity): (command: TypedCommand) => void {
  writeFileSync(file, `${JSON.stringify({ v: 1, ...game })}\n`)
  return ({ atMs, wallMs, ...rest }) =>
    appendFileSync(file, `${JSON.stringify({ atMs, wallMs, actor: 'human', ...rest })}\n`)
}

/** Commands of an earlier game. @throws InvalidInput with all problems of the file, also where it is another game's. */
export function readCommands(file: string, game: GameIdentity): TypedCommand[] {
  const problems: Problem[] = []
  const bytes = readInput(file, problems)
  if (bytes === undefined) throw new InvalidInput(problems)
  const complain = (line: number, message: string, hint?: string) =>
    problems.push({ file, line, column: 1, message, severity: 'error', ...(hint === undefined ? {} : { hint }) })
  const commands: TypedCommand[] = []
  new TextDecoder()
    .decode(bytes)
    .split('\n')
    .forEach((text, i) => {
      if (text.trim() === '') return
      const value = parsed(text)
      if (i === 0 && headShape.safeParse(value).success) {
        for (const difference of differences(value as Record<string, unknown>, game)) complain(1, ...difference)
        return
      }
      const command = commandShape.safeParse(value)
      if (!command.success) complain(i + 1, 'is no command', 'one looks like {"atMs": 180000, "typed": "abort"}')
      else if (command.data.atMs < (commands.at(-1)?.atMs ?? 0)) complain(i + 1, 'comes before the command above it')
      else commands.push(command.data)
    })
  if (problems.length > 0) throw new InvalidInput(problems)
  return commands
}

/** What tells a recorded game from this one, and what would mend it. */
function differences(recorded: Record<string, unknown>, game: GameIdentity): [string, string?][] {
  const { planDigest, ...named } = game
  const found = Object.entries(named).flatMap(([key, wanted]): [string, string][] => {
    const had = recorded[key]
    if (had === wanted) return []
    return [[`was recorded with ${key} ${had}, and this game has ${wanted}`, optionOf(key, had)]]
  })
  if (found.length > 0 || recorded['planDigest'] === planDigest) return found
  return [
    ['was recorded with other manifests, parameters, services, scenario or policy: the same names have other contents'],
  ]
}

function optionOf(key: string, value: unknown): string {
  return key === 'scenario' ? `play ${value}` : `add --${key} ${value}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
