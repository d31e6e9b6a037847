import type { EventData, TrialEvent } from '../../harness/model/event.ts'
import type { TrialIncident } from './incidents.ts'
import { clock, type Line, quoted } from './markdown.ts'

/** Less than this is told of no hypothesis. */
const leastShare = 0.01

type EventOf<T extends TrialEvent['type']> = Extract<TrialEvent, { type: T }>
type Incident = Pick<TrialIncident, 'events' | 'opening'>

function all<T extends TrialEvent['type']>({ events }: Incident, type: T): EventOf<T>[] {
  return events.filter((event): event is EventOf<T> => event.type === type)
}

/** What the last diagnosis says, and when people knew; or that nobody does. */
export function causeLines(incident: Incident): Line[] {
  const lines: Line[] = []
  const made = all(incident, 'diagnosis.made').at(-1)
  if (made !== undefined) lines.push(...diagnosisLines(made))
  const [found] = all(incident, 'cause.found')
  if (found !== undefined) lines.push({ text: `People found it at ${clock(found.t)}`, cites: [found.seq] })
  if (lines.length === 0) {
    const last = incident.events.at(-1)!
    lines.push({ text: `Not known at ${clock(last.t)}`, cites: [last.seq] })
  }
  return lines
}

function diagnosisLines({ t, seq, data }: EventOf<'diagnosis.made'>): Line[] {
  const { verdict, ranked, evidence, toolCalls } = data
  const best = ranked[0]
  const head =
    verdict === 'inconclusive' || best === undefined
      ? `Inconclusive at ${clock(t)}, after ${toolCalls} tool calls`
      : `${verdict === 'confirmed' ? 'Confirmed' : 'Likely'} at ${clock(t)}, after ${toolCalls} tool calls: ${causeText(best)}`
  return [
    { text: head, cites: [seq] },
    ...evidence.map(one => ({
      text: `Evidence ${quoted(one.id)} from ${quoted(one.source)}: ${quoted(one.text)}`,
      cites: [seq],
    })),
  ]
}

function causeText({ kind, entity, change, share }: EventData<'diagnosis.made'>['ranked'][number]): string {
  const brought = change === null ? 'by no change' : `by the change ${quoted(change)}`
  return `${quoted(kind)} of ${quoted(entity)}, ${brought}, with a share of ${share.toFixed(2)}`
}

/** Causes that diagnoses looked at and found not to be it, and those that they believe less. */
export function ruledOutLines(incident: Incident): Line[] {
  return all(incident, 'diagnosis.made')
    .slice(-1)
    .flatMap(({ seq, data }) => [
      ...data.ruledOut.map(({ kind, entity, because }) => ({
        text: `Ruled out: ${quoted(kind)} of ${quoted(entity)}, because ${quoted(because)}`,
        cites: [seq],
      })),
      ...data.ranked
        .slice(data.verdict === 'inconclusive' ? 0 : 1)
        .filter(({ share }) => share >= leastShare)
        .map(other => ({ text: `Less likely: ${causeText(other)}`, cites: [seq] })),
    ])
}

export function gateLines(incident: Incident): Line[] {
  return all(incident, 'gate.decided').map(({ t, seq, data }) => ({
    text: `${clock(t)} ${data.class}: ${data.verdict}, ${data.reasons.map(quoted).join('; ') || 'no reason given'}`,
    cites: [seq],
  }))
}

/** The engine's pull requests, and what became of them. */
export function proposalLines(incident: Incident): Line[] {
  return all(incident, 'proposal.made').map(({ t, seq, data }) => {
    const { number, rule } = data
    const opened = all(incident, 'pullRequest.opened').find(one => one.data.number === number)
    const ended = incident.events.find(
      (event): event is EventOf<'pullRequest.merged'> | EventOf<'pullRequest.closed'> =>
        (event.type === 'pullRequest.merged' || event.type === 'pullRequest.closed') && event.data.number === number,
    )
    const title = opened === undefined ? '' : `: ${quoted(opened.data.title)}`
    const became =
      ended === undefined
        ? 'still open'
        : `${ended.type === 'pullRequest.merged' ? 'merged' : 'closed'} at ${clock(ended.t)}`
    return {
      text: `${clock(t)} pull request ${number}, by the rule ${quoted(rule)}${title}, ${became}`,
      cites: [seq, ...(opened === undefined ? [] : [opened.seq]), ...(ended === undefined ? [] : [ended.seq])],
    }
  })
}
