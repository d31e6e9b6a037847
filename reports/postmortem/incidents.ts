import type { TrialEvent } from '../../harness/model/event.ts'
import { endingsOf } from './endings.ts'
import { type BadMinute, badMinutes, isBadCell } from './impact.ts'

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
}

/**
 * Those that the engine opened; where it opened none, what people were paged about, all of it one; where nobody was paged, what begins with
 * the first bad minute. An incident lasts up to the opening of the next.
 */
export function incidentsOf(events: readonly TrialEvent[]): TrialIncident[] {
  const openings = openingsOf(events)
  return openings.map(({ id, opening }, i) => {
    const nextSeq = openings[i + 1]?.opening.seq ?? Number.POSITIVE_INFINITY
    const beforeSeq = openings[i - 1]?.opening.seq ?? -1
    const trigger =
      events.findLast(
        (event): event is EventOf<'release.updated'> | EventOf<'flag.changed'> =>
          (event.type === 'release.updated' || event.type === 'flag.changed') &&
          event.seq <= opening.seq &&
          event.seq > beforeSeq,
      ) ?? null
    const fromSeq = trigger?.seq ?? opening.seq
    const known = events.filter(event => event.seq >= fromSeq && event.seq < nextSeq && !isOfAnother(event, id))
    return { id, opening, trigger, events: upToEnd(known, opening.seq) }
  })
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

/**
 * Up to the last thing that somebody did or said about it, or that users felt of it; to the trial's end where they felt it at the end of
 * the looks, and nobody did anything against it.
 */
function upToEnd(events: readonly TrialEvent[], openingSeq: number): readonly TrialEvent[] {
  if (isUnended(events)) return events
  const last = events.findLastIndex(event => isOfIncident(event) || event.seq === openingSeq)
  return events.slice(0, last + 1)
}

/** Users still felt it when the last cell ended, and nobody did anything against it. */
export function isUnended(events: readonly TrialEvent[]): boolean {
  const cell = events.findLast(event => event.type === 'truth.cell')
  return cell !== undefined && isBadCell(cell.data) && endingsOf(events).length === 0
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
  if (event.type === 'truth.cell') return isBadCell(event.data)
  if (event.type === 'rollout.changed') return event.data.phase === 'Healthy'
  return deeds.includes(event.type)
}
