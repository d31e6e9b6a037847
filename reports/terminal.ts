import { styleText } from 'node:util'
import type { Comparison } from '../harness/judge/comparison.ts'
import type { Finding, Summary, Verdict } from '../harness/judge/summary.ts'
import { counted } from '../harness/model/counted.ts'
import { type Answer, answerOf, decidesNothing } from './answer.ts'
import { criteriaTable, toldCriteria } from './criteria-table.ts'
import { formatSeconds } from './format.ts'
import { type Paint, renderTable, type Screen, tones, wrap } from './table-lines.ts'
import { differenceTable, engineTable, heldOutTable, levelTable, scenarioTable, type Table } from './tables.ts'

const findingsShown = 10
/** Most criteria that stand above the levels whatever they say: with more, those that hold follow below. */
const criteriaAbove = 8

export interface TerminalOptions {
  /** Whether to colour is the caller's to find out (`wantsColor`). */
  readonly color: boolean
  /** Width; 100 without it. */
  readonly columns?: number
  /** Only the answer: verdict, criteria and levels. */
  readonly brief?: boolean
  /** The comparison that alone decides, where one does. */
  readonly gate?: Comparison | undefined
}

/** The result of a run for a terminal: the answer first, then what it is made of, and the verdict again where a screen ends. */
export function renderTerminal(
  summary: Summary,
  { color, columns = 100, brief = false, gate }: TerminalOptions,
): string {
  const screen: Screen = { columns, paint: painter(color) }
  const table = (of: Table) => (of.rows.length === 0 ? [] : renderTable(of, screen))
  const criteria = toldCriteria(criteriaTable(summary), gate)
  const open = criteria.rows.filter(({ verdict }) => verdict !== 'pass')
  const isLong = criteria.rows.length > criteriaAbove
  const answer = [
    headlines(summary, gate, screen),
    table(isLong ? { ...criteria, rows: open } : criteria),
    table(brief ? firstNotes(levelTable(summary)) : levelTable(summary)),
  ]
  const rest = [
    ...[heldOutTable, engineTable, differenceTable, scenarioTable].map(of => table(of(summary))),
    isLong ? table(criteria) : [],
    findings(summary, screen),
    [verdictLine(summary, { color, gate }), ...totals(summary).flatMap(line => wrap(line, columns))],
  ]
  return `${[...answer, ...(brief ? [] : rest)]
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

/** What the columns are; what is said of single rows is left out. */
function firstNotes({ notes, ...table }: Table): Table {
  return { ...table, notes: notes.slice(0, 2) }
}

/** The verdict and what it rests on, in one line: `✖ fail: 3 of 5 criteria hold, 1 does not, 1 undecided; 8 trials went wrong`. */
export function verdictLine(summary: Summary, { color, gate }: Pick<TerminalOptions, 'color' | 'gate'>): string {
  const { criteria, findings, trials } = summary
  const count = (wanted: Verdict) => criteria.filter(one => one.verdict === wanted).length
  const [failed, open] = [count('fail'), count('inconclusive')]
  const answer = answerOf(summary, gate)
  const held =
    criteria.length === 0
      ? answer.verdict === undefined
        ? decidesNothing
        : 'no criteria'
      : [
          `${count('pass')} of ${criteria.length} criteria hold`,
          ...(failed === 0 ? [] : [`${failed} ${failed === 1 ? 'does' : 'do'} not`]),
          ...(open === 0 ? [] : [`${open} undecided`]),
        ].join(', ')
  const wrong = findings.length === 0 ? 'no trial' : counted(findings.length, 'trial')
  const rest = trials.skipped === 0 ? '' : `incomplete, ${trials.skipped} of ${trials.planned} trials were not run; `
  const then = gate === undefined ? ': ' : '; for information: '
  return `${told(answer, painter(color))}${then}${rest}${held}; ${wrong} went wrong`
}

function told({ sign, word, verdict }: Answer, paint: Paint): string {
  return verdict === undefined ? paint('dim', `${sign} no criteria`) : paint(tones[verdict], `${sign} ${word}`)
}

function painter(color: boolean): Paint {
  return color ? (style, text) => styleText(style, text, { validateStream: false }) : (_, text) => text
}

/** The answer at the end of the line; a gate's, which may be long, on a line before it. */
function headlines(summary: Summary, gate: Comparison | undefined, { columns, paint }: Screen): string[] {
  const { version, suite, backend, seed } = summary
  const answer = answerOf(summary, gate)
  const left = `carmine ${version}   suite ${suite}   backend ${backend}   seed ${seed}`
  const right = told(answer, (_, text) => text)
  const said = told(answer, paint)
  if (gate !== undefined) return [said, left]
  return [`${left.padEnd(columns - right.length - 2)}  ${said}`]
}

function findings({ findings: all, artifacts }: Summary, screen: Screen): string[] {
  if (all.length === 0) return []
  const more = all.length - findingsShown
  return [
    screen.paint('dim', `FINDINGS (${all.length})`),
    ...all.slice(0, findingsShown).flatMap(finding => renderFinding(finding, screen)),
    ...(more > 0 ? [`  and ${more} more in ${artifacts.html}`] : []),
  ]
}

/** The command stands alone on its line, however long, so that it can be copied. */
function renderFinding({ trial, problem, replay }: Finding, { columns, paint }: Screen): string[] {
  return [...wrap(`${trial}: ${problem}`, columns), `  ${paint('bold', replay)}`]
}

function totals({ trials, wallMs, logDigest, artifacts }: Summary): string[] {
  const { planned, valid, invalid, skipped, looks } = trials
  return [
    `${counted(planned, 'trial')}: ${valid} valid, ${invalid} invalid, ${skipped} skipped; ${counted(looks, 'look')} in ${formatSeconds(wallMs / 1000)}`,
    ...(logDigest === null ? [] : [`log digest ${logDigest}`]),
    `files in ${artifacts.dir}: report ${artifacts.html}, JUnit ${artifacts.junit}`,
  ]
}
