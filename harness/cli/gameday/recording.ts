import { appendFileSync, writeFileSync } from 'node:fs'
import * as z from 'zod'
import { InvalidInput, type Problem } from '../../model/problem.ts'
import { readInput } from '../load/read-input.ts'

/** Of a game's folder. */
export const commandsFile = 'commands.ndjson'

const gameShape = z.strictObject({
  v: z.literal(1),
  scenario: z.string(),
  policy: z.string(),
  level: z.string(),
  seed: z.int(),
  backend: z.string(),
})

/** Which game commands were typed in. */
export type GameIdentity = Omit<z.output<typeof gameShape>, 'v'>

const commandShape = z.strictObject({
  /** Trial time. */
  atMs: z.int().min(0),
  /** Since the game began, of the team's own time; left out where nobody waited. */
  wallMs: z.int().min(0).optional(),
  typed: z.string().min(1),
})
export type TypedCommand = z.output<typeof commandShape>

/** Puts every command on record when it is carried out, so that a game that is killed is not lost. */
export function recordTo(file: string, game: GameIdentity): (command: TypedCommand) => void {
  writeFileSync(file, `${JSON.stringify({ v: 1, ...game })}\n`)
  return command => appendFileSync(file, `${JSON.stringify(command)}\n`)
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
      if (i === 0 && gameShape.safeParse(value).success) {
        for (const [key, wanted] of Object.entries(game)) {
          const had = (value as Record<string, unknown>)[key]
          if (had !== wanted)
            complain(1, `was recorded with ${key} ${had}, and this game has ${wanted}`, optionOf(key, had))
        }
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
