import type { TrialEvent } from '../../harness/model/event.ts'
import { endingsOf } from './endings.ts'
import { type BadMinute, badMinutes, minuteMs } from './impact.ts'

type EventOf<T extends TrialEvent['type']> = Extract<TrialEvent, { type: T }>

/** Something that went wrong in a trial, or that somebody thought had. */
export interface TrialIncident {
  /** The engine's name; of what the engine did not take up, `<scenario>/<seed>/p1`. */
  readonly id: string
  /** What made it an incident: the engine took it up, people were paged, or users felt it. */
  readonly opening: EventOf<'incident.opened'> | EventOf<'page.sent'> | BadMinute
  /** The last release or flag before it, but none from before an earlier incident. */
  readonly trigger: EventOf<'release.updated'> | EventOf<'flag.changed'> | null
  /** What happened from its trigger, or else its opening, to its end. */
  readonly events: readonly TrialEvent[]
  /** Users still felt it in the last minute that was looked at, and nobody had done anything that helped. */
  readonly isOpen: boolean
}

/**
 * Those that the engine opened; where it opened none, what people were paged about, all of it one; where nobody was paged, what begins with
 * the first bad minute. An incident lasts up to the beginning of the next.
 */
export function incidentsOf(events: readonly TrialEvent[]): TrialIncident[] {
  const minutes = badMinutes(events)
  let afterSeq = -1
  const begun = openingsOf(events).map(({ id, opening }) => {
    const trigger = triggerOf(events, afterSeq, opening.seq)
    const fromSeq = trigger?.seq ?? firstFelt(minutes, afterSeq, opening)
    const closed = events.find(event => event.type === 'incident.closed' && event.data.incident === id)
    afterSeq = closed?.seq ?? opening.seq
    return { id, opening, trigger, fromSeq }
  })
  return begun.map(({ id, opening, trigger, fromSeq }, i) => {
    const nextSeq = begun[i + 1]?.fromSeq ?? Number.POSITIVE_INFINITY
    const own = events.filter(event => event.seq >= fromSeq && event.seq < nextSeq && !isOfAnother(event, id))
    const isOpen = isUnended(own)
    return { id, opening, trigger, events: isOpen ? own : upToEnd(own, opening.seq), isOpen }
  })
}

function triggerOf(events: readonly TrialEvent[], afterSeq: number, openingSeq: number): TrialIncident['trigger'] {
  const found = events.findLast(
    (event): event is NonNullable<TrialIncident['trigger']> =>
      (event.type === 'release.updated' || event.type === 'flag.changed') &&
      event.seq <= openingSeq &&
      event.seq > afterSeq,
  )
  return found ?? null
}

/** Where the bad minutes begin that led up to the opening. */
function firstFelt(minutes: readonly BadMinute[], afterSeq: number, { seq, t }: TrialIncident['opening']): number {
  let first = { fromSeq: seq, t }
  for (const minute of minutes.toReversed()) {
    if (minute.fromSeq >= seq || minute.fromSeq <= afterSeq) continue
    if (first.t - minute.t > 2 * minuteMs) break
    first = minute
  }
  return Math.min(seq, first.fromSeq)
}

function openingsOf(events: readonly TrialEvent[]): Pick<TrialIncident, 'id' | 'opening'>[] {
  const opened = events.filter(event => event.type === 'incident.opened')
  if (opened.length > 0) return opened.map(opening => ({ id: opening.data.incident, opening }))
  const paged = events.find(event => event.type === 'page.sent')
  const opening = paged ?? badMinutes(events)[0]
  const started = events.find(event => event.type === 'trial.started')
  if (opening === undefined || started === undefined) return []
  return [{ id: `${started.data.scenario}/${started.data.seed}/p1`, opening }]
}

function isOfAnother({ data }: TrialEvent, id: string): boolean {
  return 'incident' in data && data.incident !== id
}

/** Up to the last thing that somebody did or said about it, or the last bad minute. */
function upToEnd(events: readonly TrialEvent[], openingSeq: number): readonly TrialEvent[] {
  const feltSeq = badMinutes(events).at(-1)?.seq ?? openingSeq
  const last = events.findLastIndex(event => isOfIncident(event) || event.seq === openingSeq || event.seq === feltSeq)
  return events.slice(0, last + 1)
}

function isUnended(events: readonly TrialEvent[]): boolean {
  const lastCell = events.findLast(({ type }) => type === 'truth.cell')
  return lastCell !== undefined && badMinutes(events).at(-1)?.seq === lastCell.seq && endingsOf(events).length === 0
}

const deeds: readonly TrialEvent['type'][] = [
  'incident.opened',
  'incident.closed',
  'operation.finished',
  'rollout.aborted',
  'page.sent',
  'page.acknowledged',
  'person.looked',
  'person.decided',
  'cause.found',
  'diagnosis.made',
  'diagnosis.read',
  'proposal.made',
  'pullRequest.opened',
  'pullRequest.merged',
  'pullRequest.closed',
  'pipeline.finished',
  'fix.merged',
  'gate.decided',
  'approval.answered',
  'action.verified',
  'threshold.changed',
  'release.updated',
]

function isOfIncident(event: TrialEvent): boolean {
  if (event.type === 'rollout.changed') return event.data.phase === 'Healthy'
  return deeds.includes(event.type)
}
