import type { TrialEvent } from '../harness/model/event.ts'
import { actionItems } from './postmortem/action-items.ts'
import { type AuditEntry, auditEntries, auditSeqs } from './postmortem/audit-index.ts'
import { causeLines, gateLines, proposalLines, ruledOutLines } from './postmortem/findings.ts'
import { badShare, impactOf, leastBad } from './postmortem/impact.ts'
import { incidentsOf, type TrialIncident } from './postmortem/incidents.ts'
import { cited, clock, type Line, quoted, seconds } from './postmortem/markdown.ts'
import { changeText, endingOf } from './postmortem/outcome.ts'
import { timelineOf } from './postmortem/timeline.ts'

/**
 * A postmortem of every incident of a trial, in Markdown, one below the other, from the trial's log alone; empty where there was none. Every
 * line cites what it rests on: `[e12]` is the event with `seq` 12, `[a5]` the record with `seq` 5 of the audit log.
 */
export function renderPostmortems(events: readonly TrialEvent[]): string {
  const entries = auditEntries(events)
  const index = auditSeqs(events, entries)
  const started = events.find(event => event.type === 'trial.started')
  if (started === undefined) return ''
  return incidentsOf(events)
    .map(incident => {
      const own = entries.filter(entry => isOfIncident(entry, incident))
      const sections: [string, Line[]][] = [
        ['', headLines(started, incident)],
        ['Summary', summaryLines(incident)],
        ['Impact', impactLines(incident)],
        ['Root cause', causeLines(incident)],
        ['Trigger', triggerLines(incident)],
        ['Detection', detectionLines(incident)],
        ['Resolution', [endingOf(incident).line]],
        ['Timeline', timelineOf(incident.events)],
        ['Ruled out', ruledOutLines(incident)],
        ['Gate', gateLines(incident)],
        ['Proposals', proposalLines(incident)],
        ['Action items', actionItems(incident)],
        ['Audit', auditLines(own)],
      ]
      return [
        `# Postmortem: ${incident.id}`,
        ...sections
          .filter(([, lines]) => lines.length > 0)
          .map(([title, lines]) =>
            [...(title === '' ? [] : [`## ${title}`, '']), ...lines.map(line => `- ${cited(line, index)}`)].join('\n'),
          ),
      ].join('\n\n')
    })
    .map(text => `${text}\n`)
    .join('\n')
}

type Started = Extract<TrialEvent, { type: 'trial.started' }>

function headLines({ seq, data }: Started, incident: TrialIncident): Line[] {
  const { scenario, variant, policy, level, seed, backend } = data
  const [first, last] = [incident.events[0]!, incident.events.at(-1)!]
  return [
    { text: `Trial: ${[scenario, variant, policy, level, seed].join('/')}, ${backend}`, cites: [seq] },
    { text: `CARM level: ${level}`, cites: [seq] },
    { text: `Trial time: ${clock(first.t)} to ${clock(last.t)}`, cites: [first.seq, last.seq] },
    { text: `Status: ${endingOf(incident).status}`, cites: endingOf(incident).line.cites },
  ]
}

function summaryLines({ opening, events }: TrialIncident): Line[] {
  const { bad } = impactOf(events)
  const range = { from: events[0]!.seq, to: events.at(-1)!.seq }
  return [openingLine(opening), { text: `Bad requests: ${bad}`, cites: [range] }]
}

function openingLine(opening: TrialIncident['opening']): Line {
  if (opening.type === 'minute') {
    const { fromSeq, seq, t, requests, bad } = opening
    const text = `In the minute from ${clock(t)} on ${bad} of ${requests} requests were bad, and nobody was told`
    return { text, cites: [{ from: fromSeq, to: seq }] }
  }
  const who = opening.type === 'page.sent' ? 'People were paged' : 'The engine took it up'
  return { text: `${who} at ${clock(opening.t)}: ${quoted(opening.data.reason)}`, cites: [opening.seq] }
}

function impactLines({ events }: TrialIncident): Line[] {
  const { requests, bad, badMinutes, badCarried } = impactOf(events)
  const cites = [{ from: events[0]!.seq, to: events.at(-1)!.seq }]
  const lines = [
    { text: `${bad} of ${requests} requests of users failed or took too long`, cites },
    {
      text: `Bad minutes, with more than ${badShare * 100} % and at least ${leastBad} bad requests: ${badMinutes}`,
      cites,
    },
  ]
  if (badCarried !== null)
    lines.push({ text: `${Math.round(badCarried)} more bad requests after the horizon, by the last rates`, cites })
  return lines
}

/** The last change before it need not be what brought it: that is for a diagnosis to say. */
function triggerLines({ trigger, opening, events }: TrialIncident): Line[] {
  const lines: Line[] = [
    trigger === null
      ? { text: 'Nothing was released or switched before it', cites: [opening.seq] }
      : { text: `The last change before it: ${changeText(trigger)} at ${clock(trigger.t)}`, cites: [trigger.seq] },
  ]
  const made = events.findLast(event => event.type === 'diagnosis.made')
  const best = made?.data.ranked[0]
  if (made === undefined || best === undefined || made.data.verdict === 'inconclusive') return lines
  const named = best.change === null ? 'no change' : `the change ${quoted(best.change)}`
  return [...lines, { text: `The diagnosis names ${named}`, cites: [made.seq] }]
}

function detectionLines({ events, trigger }: TrialIncident): Line[] {
  const alarm = events.find(event => event.type === 'detector.fired')
  const page = events.find(event => event.type === 'page.sent')
  const lines: Line[] = []
  const since = (t: number) => (trigger === null ? '' : `, ${seconds(t - trigger.t)} after the trigger`)
  const cites = (seq: number) => (trigger === null ? [seq] : [seq, trigger.seq])
  if (alarm !== undefined)
    lines.push({
      text: `First alarm: ${alarm.data.detector} at ${clock(alarm.t)}${since(alarm.t)}`,
      cites: cites(alarm.seq),
    })
  if (page !== undefined)
    lines.push({ text: `First page: at ${clock(page.t)}${since(page.t)}`, cites: cites(page.seq) })
  if (lines.length === 0)
    lines.push({ text: 'No detector that decides has fired, and nobody was paged', cites: [events[0]!.seq] })
  return lines
}

/** Pages and rollbacks are of no incident by name. */
function isOfIncident({ incident, eventSeq }: AuditEntry, { id, events }: TrialIncident): boolean {
  return incident === id || (incident === null && eventSeq >= events[0]!.seq && eventSeq <= events.at(-1)!.seq)
}

function auditLines(entries: readonly AuditEntry[]): Line[] {
  const [first, last] = [entries[0], entries.at(-1)]
  if (first === undefined || last === undefined) return []
  const text = `Records ${first.seq} to ${last.seq} of the audit log, the last with hash ${last.hash}`
  return [{ text, cites: [first.eventSeq, last.eventSeq] }]
}
