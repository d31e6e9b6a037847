import type { Summary } from '../judge/summary.ts'

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
  return [
    { command: `show ${quoted(dir)} ${quoted(worst.trial)}`, why: 'the worst trial, drawn over time' },
    { command: `show ${quoted(dir)}`, why: 'all trials that went wrong' },
  ]
}

/** After something was shown in words: how it is tried, and a copy of what is shipped, which is where one's own begins. */
export function afterShow(kind: 'scenario' | 'policy' | 'suite' | 'topology', name: string): NextStep[] {
  const tried = { command: `run --${kind} ${quoted(name)}`, why: 'what it comes to' }
  if (/[/\\.]/.test(name)) return [tried]
  return [tried, { command: `show ${kind} ${name} --output yaml > my-${kind}.yaml`, why: 'a copy to change' }]
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/** Why, and below it the command alone on its line, however long, so that it can be copied. */
export function renderSteps(steps: readonly NextStep[], program: string): string {
  return steps.map(({ command, why }, i) => `${i === 0 ? 'next: ' : 'or: '}${why}\n  ${program} ${command}\n`).join('')
}
