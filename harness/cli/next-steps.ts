import type { Summary, Verdict } from '../judge/summary.ts'
import { levelBelow, type PromotionSpec } from '../model/promotion.ts'
import type { ShownKind } from './describe-document.ts'

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

/** After a promotion: the run that its last step rests on. */
export function afterPromotion(
  run: Pick<Summary, 'findings' | 'artifacts'>,
  verdict: Verdict,
  policy: string,
): NextStep[] {
  const seen = afterRun(run).slice(0, 1)
  if (verdict !== 'pass') return seen
  return [...seen, { command: `run --suite kind-smoke --policy ${quoted(policy)}`, why: 'a fault on a real cluster' }]
}

/** @param folder of the last candidate's run */
export function afterComparison(folder: string): NextStep[] {
  return [{ command: `show ${quoted(folder)}`, why: "the candidate's own answer, with its worst trials" }]
}

/** After the page about practice: the page again, as a file, and the run behind it. */
export function afterPractice(folder: string): NextStep[] {
  return [
    { command: `report ${quoted(folder)} --practice --out practice.md`, why: 'the page again, to a file' },
    { command: `show ${quoted(folder)}`, why: 'the run that it is made from' },
  ]
}

/**
 * After something was shown in words: how it is tried, and a copy of what is shipped, which is where one's own begins.
 * @param level to which a promotion leads
 */
export function afterShow(kind: ShownKind, name: string, level: PromotionSpec['level'] = 'L1'): NextStep[] {
  const command =
    kind === 'promotion'
      ? `promote --policy careful --from ${levelBelow(level)} --to ${level} --promotion ${quoted(name)}`
      : `run --${kind} ${quoted(name)}`
  const tried = { command, why: 'what it comes to' }
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
