import { formatCount, formatSeconds, undefinedMark } from '../../../reports/format.ts'
import { type Deed, deedsOf } from '../../../reports/timeline/deeds.ts'
import { type Moment, momentsOfLog } from '../../../reports/timeline/moments.ts'
import type { TrialFacts } from '../../judge/instants.ts'
import type { EventType, TrialEvent } from '../../model/event.ts'
import type { GroundTruth } from '../../model/ground-truth.ts'
import type { Scenario, Variant } from '../../model/scenario.ts'
import { renderColumns, wrapText } from '../columns.ts'
import { renderTimeline } from '../timeline.ts'
import type { Ending } from './hold-game.ts'
import { wordOf } from './orders.ts'
import type { TypedCommand } from './recording.ts'
import { clock } from './status.ts'

/** One way in which the same trouble went. */
export interface Course {
  /** `team`, `engine L1`. */
  readonly name: string
  readonly events: readonly TrialEvent[]
  readonly facts: TrialFacts
}

export interface Debrief {
  readonly trial: string
  readonly scenario: Scenario
  readonly variant: Variant
  readonly truth: GroundTruth
  readonly ending: Ending
  readonly endedMs: number
  readonly speed: number
  /** The team's first. */
  readonly courses: readonly Course[]
  readonly commands: readonly TypedCommand[]
  /** Held on a real cluster, where the trial ends with the game. */
  readonly isReal: boolean
}

const endingTexts: Readonly<Record<Ending, string>> = {
  stopped: 'it was stopped',
  horizon: 'the time was over',
  quiet: 'all was well for a while',
  interrupted: 'it was interrupted',
  'lost terminal': 'the terminal was closed',
  'lost cluster': 'the cluster was lost',
  'out of commands': 'there were no more commands',
}

/** What a game came to: what was really wrong, a timeline, and the team beside the engine and the simulated people on the same seed. */
export function renderDebrief(
  { trial, scenario, variant, truth, ending, endedMs, speed, courses, commands, isReal }: Debrief,
  { color, columns }: { readonly color: boolean; readonly columns: number },
): string {
  const team = courses[0]!
  const moments = [...momentsOfLog(team.events, team.facts), ...spoken(commands)]
    .filter(isTold)
    .sort((a, b) => a.atMs - b.atMs)
  const causes = saidOf(commands, 'cause')
  return [
    renderTimeline(moments, { color, columns }),
    '\n',
    ...paragraph(`${trial}: the game ended at ${clock(endedMs)}, ${endingTexts[ending]}`, columns),
    ...paragraph(`what it was: ${whatItWas(scenario, variant)}`, columns),
    ...paragraph(
      `right is: page ${truth.page}, deploy ${truth.deploy}, remedies ${truth.remedies.join(' or ') || 'none'}`,
      columns,
    ),
    ...paragraph(`cause: ${truth.cause}; first symptom: ${truth.firstSymptom}`, columns),
    ...paragraph(`the team said: ${causes.join('; ') || 'nothing of the cause'}`, columns),
    '\n',
    renderColumns(['', ...courses.map(({ name }) => name)], rowsOf(courses, isReal ? endedMs : undefined), columns),
    ...paragraph(footnote(endedMs, speed, isReal), columns),
  ].join('')
}

function whatItWas({ description, scare }: Scenario, variant: Variant): string {
  if (variant === 'faulty') return description
  const good = `a good deploy, the twin of one where ${description}`
  return variant === 'scare' ? `${scare}, and ${good}` : good
}

/** Of the log what people want to talk about afterwards; the rest is in it. */
const leftOut = ['traffic', 'telemetry', 'tool', 'commit', 'pipeline', 'analysis']

function isTold({ mark = '' }: Moment): boolean {
  return !leftOut.includes(mark)
}

function footnote(endedMs: number, speed: number, isReal: boolean): string {
  const pace = speed === 1 ? '' : `; a second at the keyboard was ${speed} s of the trial, and counts as that`
  const beside = `Beside the team: the engine with nobody at all, and with the simulated people on call${isReal ? ', all simulated, on the same seed' : ''}.`
  const rest = isReal
    ? `The team's trial ended at ${clock(endedMs)}, and with it what can be known of it: a recovery is known a minute after the last touched request. Bad requests are all courses' up to then.`
    : `After ${clock(endedMs)} nobody was at the keyboard, and the trial went on to its end, a day later.`
  return `Times are of the trial${pace}. ${beside} ${rest}`
}

/** @param knownMs bad requests are counted up to then; undefined: to the horizon */
function rowsOf(courses: readonly Course[], knownMs: number | undefined): string[][] {
  const row = (name: string, cell: (course: Course) => string) => [name, ...courses.map(cell)]
  const at = (ms: number | null | undefined) => (ms === null || ms === undefined ? undefinedMark : clock(ms))
  const since = (ms: number | null, { onsetMs }: TrialFacts) =>
    ms === null || onsetMs === null ? undefinedMark : formatSeconds((ms - onsetMs) / 1000)
  const first = (type: EventType) => (course: Course) => at(course.events.find(event => event.type === type)?.t)
  return [
    row('fault began', ({ facts }) => at(facts.onsetMs)),
    row('paged', first('page.sent')),
    row('acknowledged', first('page.acknowledged')),
    row('decided', first('person.decided')),
    row('ended', ({ facts }) => at(facts.actedMs)),
    row('ended by', endedBy),
    row('cause said', first('cause.found')),
    row('page to acknowledge', acknowledgeText),
    row('asked to answered', answerText),
    row('recovered', ({ facts }) => at(facts.recoveredMs)),
    row('resolved', ({ facts }) => at(facts.resolvedMs)),
    row('time to detect', ({ facts }) => since(facts.detectedMs, facts)),
    row('FDRT', ({ facts }) => since(facts.recoveredMs, facts)),
    row('bad requests', ({ events, facts }) =>
      formatCount(knownMs === undefined ? facts.badRequests : badUpTo(events, knownMs)),
    ),
  ]
}

/** How long the first page waited for people. */
function acknowledgeText({ events }: Course): string {
  const page = events.find(({ type }) => type === 'page.sent')
  const taken = events.find(({ type, t }) => type === 'page.acknowledged' && page !== undefined && t >= page.t)
  return page === undefined || taken === undefined ? undefinedMark : formatSeconds((taken.t - page.t) / 1000)
}

/** How long the engine waited for people whom it asked, on average where they answered. */
function answerText({ events }: Course): string {
  const asked = new Map<string, number>()
  const waitedMs: number[] = []
  for (const { type, t, data } of events) {
    if (type === 'approval.asked') asked.set(data.effectId, t)
    else if (type === 'approval.answered' && data.answer !== 'none' && asked.has(data.effectId))
      waitedMs.push(t - asked.get(data.effectId)!)
  }
  if (waitedMs.length === 0) return undefinedMark
  return formatSeconds(waitedMs.reduce((sum, ms) => sum + ms, 0) / waitedMs.length / 1000)
}

function badUpTo(events: readonly TrialEvent[], endMs: number): number {
  return events.reduce((sum, { type, data }) => sum + (type === 'truth.cell' && data.fromMs < endMs ? data.bad : 0), 0)
}

/** Who did the last thing that ended the fault, and what it was. */
function endedBy({ events, facts: { actedMs } }: Course): string {
  const isAct = ({ actor, deed }: Deed) => actor !== 'kubelet' && !noActs.includes(deed)
  const deed = deedsOf(events).findLast(one => one.atMs === actedMs && isAct(one))
  return deed === undefined ? undefinedMark : `${deed.actor} ${deed.deed}`
}

const noActs = ['page', 'acknowledge', 'decide', 'find cause', 'diagnosis', 'propose']

/** What was said and injected, which is in no log. */
function spoken(commands: readonly TypedCommand[]): Moment[] {
  return commands.flatMap(({ atMs, typed }) => {
    const [word = '', ...rest] = typed.trim().split(/\s+/)
    const kind = wordOf(word)
    return kind === undefined || !['note', 'cause', 'inject'].includes(kind)
      ? []
      : [{ atMs, mark: kind, text: rest.join(' ') }]
  })
}

function saidOf(commands: readonly TypedCommand[], kind: string): string[] {
  return spoken(commands).flatMap(({ mark, text }) => (mark === kind ? [text] : []))
}

function paragraph(text: string, columns: number): string[] {
  return wrapText(text, columns).map(line => `${line}\n`)
}
