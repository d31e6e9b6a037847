import type { EventType, TrialEvent } from '../../harness/model/event.ts'

/** Time that people, or what they wait for, take for one thing. */
export interface Wait {
  readonly what: string
  readonly fromMs: number
  readonly toMs: number
}

/** What is waited for, its end, and what it begins with: the last of these events before it. */
const kinds: readonly { readonly what: string; readonly end: EventType; readonly begins: readonly EventType[] }[] = [
  { what: 'to acknowledge the page', end: 'page.acknowledged', begins: ['page.sent'] },
  { what: 'to look', end: 'person.looked', begins: ['page.acknowledged'] },
  { what: 'to decide', end: 'person.decided', begins: ['person.looked'] },
  { what: 'to read the diagnosis', end: 'diagnosis.read', begins: ['diagnosis.made'] },
  {
    what: 'to find the cause',
    end: 'cause.found',
    begins: ['diagnosis.read', 'rollout.aborted', 'person.decided', 'page.acknowledged'],
  },
  { what: 'to approve the action', end: 'approval.answered', begins: ['approval.asked'] },
  { what: 'to review the change', end: 'pullRequest.reviewed', begins: ['pullRequest.opened', 'pullRequest.reviewed'] },
  { what: 'to merge it', end: 'pullRequest.merged', begins: ['pullRequest.reviewed', 'pullRequest.opened'] },
  { what: 'to build it', end: 'pipeline.finished', begins: ['pullRequest.merged', 'fix.merged', 'pipeline.finished'] },
]

/** In the order in which they ended. What never ended is not told. */
export function waitsOf(events: readonly TrialEvent[]): Wait[] {
  return events.flatMap((event, i) => {
    const kind = kinds.find(({ end }) => end === event.type)
    if (kind === undefined) return []
    const begun = events.slice(0, i).findLast(({ type }) => kind.begins.includes(type))
    return begun === undefined ? [] : [{ what: kind.what, fromMs: begun.t, toMs: event.t }]
  })
}
