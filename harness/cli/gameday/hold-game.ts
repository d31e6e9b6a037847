import { styleText } from 'node:util'
import type { CanaryStep } from '../../../clusters/manifests/argo-types.ts'
import type { Moment } from '../../../reports/timeline/moments.ts'
import { wrapText } from '../columns.ts'
import type { CommandContext } from '../context.ts'
import { isOver } from './desk.ts'
import type { GameClock } from './game-clock.ts'
import type { Keyboard } from './keyboard.ts'
import { shownLine } from './orders.ts'
import type { TypedCommand } from './recording.ts'
import type { Control, Session } from './session.ts'
import { statusLines, clock as timeText } from './status.ts'

/** Why a game ended. */
export const endings = [
  'stopped',
  'horizon',
  'quiet',
  'interrupted',
  'lost terminal',
  'lost cluster',
  'out of commands',
] as const
export type Ending = (typeof endings)[number]

export interface HeldGame {
  readonly ending: Ending
  /** Trial time. */
  readonly endedMs: number
}

export interface GameScreen {
  readonly level: string
  readonly policy: string
  readonly steps: readonly CanaryStep[]
  readonly horizonMs: number
}

export interface GameDrivers {
  readonly session: Session
  readonly keyboard: Keyboard
  readonly clock: GameClock
  readonly record: (command: TypedCommand) => void
  /** Why it cannot go on; undefined while it can. */
  readonly isCut: () => 'lost terminal' | 'lost cluster' | undefined
}

const drawnEveryMs = 100
/** Where nothing can be drawn over, how things stand is told this often, in ms of the trial. */
const toldEveryMs = 60_000

/** Lets people play against the clock, to the end that they or the trial make. */
export async function holdGame(
  { session, keyboard, clock, record, isCut }: GameDrivers,
  screen: GameScreen,
  { drawStatus, writeProgress, interrupted }: CommandContext,
): Promise<HeldGame> {
  const startedMs = performance.now()
  const status = () => statusLines({ ...screen, desk: session.desk, nowMs: session.nowMs(), speed: clock.speed() })
  let toldMs = 0
  const show = () => {
    if (drawStatus !== undefined) drawStatus([...status(), `> ${shownLine(keyboard.text)}`])
    else if (session.nowMs() - toldMs >= toldEveryMs) {
      toldMs = session.nowMs()
      writeProgress(`${status().join('\n')}\n`)
    }
  }
  const ended = (ending: Ending): HeldGame => {
    drawStatus?.([])
    const endedMs = session.nowMs()
    record({ atMs: endedMs, wallMs: Math.round(performance.now() - startedMs), typed: 'stop', ending })
    return { ending, endedMs }
  }
  for (;;) {
    show()
    const typed = await keyboard.next(drawnEveryMs)
    session.goTo(Math.floor(Math.min(screen.horizonMs, clock.nowMs())))
    const cut = isCut()
    if (cut !== undefined) return ended(cut)
    if (interrupted.aborted) return ended('interrupted')
    if (typed !== undefined && typed.trim() !== '') {
      if (drawStatus !== undefined) writeProgress(`> ${shownLine(typed)}\n`)
      const { lines, done, control, tookMs } = await session.carryOut(typed)
      if (lines.length > 0) writeProgress(`${lines.map(line => `  ${line}`).join('\n')}\n`)
      if (control === 'stop') return ended('stopped')
      if (done) record({ atMs: session.nowMs(), wallMs: Math.round(performance.now() - startedMs), typed, tookMs })
      if (control !== undefined) obey(clock, control)
    }
    if (session.nowMs() >= screen.horizonMs) return ended('horizon')
    if (isOver(session.desk, session.nowMs())) return ended('quiet')
  }
}

function obey(clock: GameClock, control: Exclude<Control, 'stop'>): void {
  if (control === 'pause') clock.pause()
  else if (control === 'continue') clock.goOn()
  else clock.setSpeed(control.speed)
}

/** Plays a game again from its commands, without waiting for anybody. */
export async function replayGame(
  session: Session,
  commands: readonly TypedCommand[],
  record: (command: TypedCommand) => void,
  write: (text: string) => void,
): Promise<HeldGame> {
  for (const { atMs, typed, ending = 'stopped' } of commands) {
    session.goTo(atMs)
    write(`> ${shownLine(typed)}\n`)
    const { lines, done, control, tookMs } = await session.carryOut(typed)
    if (lines.length > 0) write(`${lines.map(line => `  ${line}`).join('\n')}\n`)
    if (done) record({ atMs, typed, tookMs, ...(control === 'stop' ? { ending } : {}) })
    if (control === 'stop') return { ending, endedMs: session.nowMs() }
  }
  return { ending: 'out of commands', endedMs: session.nowMs() }
}

/** A line of what happens, or several. @param columns of the screen */
export function momentText({ atMs, mark = '', text, tone }: Moment, color: boolean, columns: number): string {
  const margin = `${timeText(atMs).padStart(5)}  ${mark.padEnd(9)} `
  const lines = wrapText(text, columns - margin.length).map(
    (line, i) => (i === 0 ? margin : ' '.repeat(margin.length)) + line,
  )
  const whole = lines.join('\n')
  return `${color && tone !== undefined ? styleText(tone, whole, { validateStream: false }) : whole}\n`
}
