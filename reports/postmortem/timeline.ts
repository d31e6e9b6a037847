import type { TrialEvent } from '../../harness/model/event.ts'
import { clock, type Line, quoted } from './markdown.ts'

/** What happened, a line an event; what is said twice in a row stands once. */
export function timelineOf(events: readonly TrialEvent[]): Line[] {
  const lines: Line[] = []
  let before = ''
  let phase = ''
  for (const event of events) {
    if (event.type === 'rollout.changed') {
      if (event.data.phase === phase) continue
      phase = event.data.phase
    }
    const text = sentenceOf(event)
    if (text === undefined || text === before) continue
    before = text
    lines.push({ text: `${clock(event.t)} ${text}`, cites: [event.seq] })
  }
  return lines
}

/** Without names of people: what matters is what happened. */
function sentenceOf({ type, data }: TrialEvent): string | undefined {
  switch (type) {
    case 'release.updated':
      return `A ${data.release} brings revision ${data.revision} (${data.podTemplateHash}): ${quoted(data.key)} in ${quoted(data.file)} changes`
    case 'flag.changed':
      return `Flag ${quoted(data.flag)} is switched (${data.actor})`
    case 'rollout.changed':
      return `The rollout is ${data.phase}${data.message === '' ? '' : `: ${quoted(data.message)}`}`
    case 'rollout.aborted':
      return `The update to ${data.podTemplateHash} is aborted (${data.actor})`
    case 'look.missed':
      return `No look: ${quoted(data.reason)}`
    case 'detector.fired':
      return `${data.detector} fires and blames ${data.blames ?? 'no revision'}: ${quoted(data.reason)}`
    case 'incident.opened':
      return `The engine opens the incident: ${quoted(data.reason)}`
    case 'incident.closed':
      return `The engine closes the incident: ${quoted(data.reason)}`
    case 'page.sent':
      return `People are paged: ${quoted(data.reason)}`
    case 'page.acknowledged':
      return 'The page is acknowledged'
    case 'person.looked':
      return 'Somebody has looked'
    case 'person.decided':
      return `People decide: ${data.decision}`
    case 'cause.found':
      return 'People know the cause'
    case 'fix.merged':
      return 'A fix is merged'
    case 'tool.answered':
      return data.ok ? undefined : `No answer from ${data.tool}: ${quoted(data.summary)}`
    case 'diagnosis.made':
      return `The diagnosis is ${data.verdict}`
    case 'diagnosis.read':
      return `The diagnosis is read, and ${data.believed ? 'believed' : 'not believed'}`
    case 'proposal.made':
      return `The engine proposes pull request ${data.number}, by the rule ${quoted(data.rule)}`
    case 'pullRequest.opened':
      return `Pull request ${data.number} is opened: ${quoted(data.title)}`
    case 'pullRequest.reviewed':
      return `Pull request ${data.number} ${data.approved ? 'is approved' : 'needs changes'}`
    case 'pullRequest.merged':
      return `Pull request ${data.number} is merged`
    case 'pullRequest.closed':
      return `Pull request ${data.number} is closed`
    case 'pipeline.finished':
      return data.number === null
        ? undefined
        : `The build of pull request ${data.number} ${data.ok ? 'is done' : 'fails and starts again'}`
    case 'gate.decided':
      return `The gate's verdict on ${data.class}: ${data.verdict}`
    case 'approval.asked':
      return 'People are asked to approve an action'
    case 'approval.answered':
      return `Approval: ${data.answer}`
    case 'operation.started':
      return `${data.operation} begins (${data.actor})`
    case 'operation.finished':
      return `${data.operation} ${data.ok ? 'is taken' : `is refused: ${quoted(data.message)}`} (${data.actor})`
    case 'action.verified':
      return `Verified: ${data.outcome}, ${quoted(data.reason)}`
    case 'threshold.changed':
      return `The limit of ${quoted(data.metric)} goes from ${data.fromValue} to ${data.toValue} (${data.actor})`
    case 'trial.invalidated':
      return `The trial does not count: ${quoted(data.reason)}`
    default:
      return undefined
  }
}
