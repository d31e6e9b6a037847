import { existsSync } from 'node:fs'
import type { Summary } from '../judge/summary.ts'
import { logFile } from './run-folder.ts'

/** A command that somebody would type next. */
export interface NextStep {
  /** Without the program's own name. */
  readonly command: string
  readonly why: string
}

/** After a run, or where its result was looked at: the worst trial drawn, or else all figures. */
export function afterRun({
  findings: [worst],
  artifacts: { dir },
}: Pick<Summary, 'findings' | 'artifacts'>): NextStep[] {
  if (worst === undefined) return [{ command: `show ${quoted(dir)}`, why: 'the answer again, with its files' }]
  const file = logFile(dir, worst.trial)
  return [
    existsSync(file)
      ? { command: `show ${quoted(file)}`, why: 'the worst trial, drawn over time' }
      : {
          command: `${worst.replay.replace(/^carmine /, '')} --output timeline`,
          why: 'the worst trial, drawn over time',
        },
    { command: `show ${quoted(dir)}`, why: 'all trials that went wrong' },
  ]
}

/** After something was shown in words: how it is tried. */
export function afterShow(kind: 'scenario' | 'policy' | 'suite' | 'topology', name: string): NextStep[] {
  return [{ command: `run --${kind} ${quoted(name)}`, why: 'what it comes to' }]
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w./:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}

/** Steps one below the other, their reasons aligned. */
export function renderSteps(steps: readonly NextStep[], program: string): string {
  const commands = steps.map(({ command }) => `${program} ${command}`)
  const width = Math.max(...commands.map(({ length }) => length))
  return steps.map(({ why }, i) => `${i === 0 ? 'next: ' : '      '}${commands[i]!.padEnd(width)}  ${why}\n`).join('')
}
