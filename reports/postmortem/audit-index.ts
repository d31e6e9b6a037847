import type { EventType, TrialEvent } from '../../harness/model/event.ts'

/** A record of the audit log that a trial's log holds. */
export interface AuditEntry {
  readonly eventSeq: number
  readonly seq: number
  readonly kind: string
  readonly incident: string | null
  readonly effectId: string | null
  readonly outcome: string
  readonly hash: string
}

/** In order; lines that are no record are left to whoever verifies the log. */
export function auditEntries(events: readonly TrialEvent[]): AuditEntry[] {
  return events.flatMap(({ type, seq: eventSeq, data }) => {
    if (type !== 'audit.recorded') return []
    try {
      const { seq, kind, incident, effectId, outcome, hash } = JSON.parse(data.line) as AuditEntry
      return [{ eventSeq, seq, kind, incident, effectId, outcome, hash }]
    } catch {
      return []
    }
  })
}

/** Kinds of record that may tell of a type of event. */
const kindsOf: Readonly<Partial<Record<EventType, readonly string[]>>> = {
  'incident.opened': ['incident'],
  'incident.closed': ['incident'],
  'page.sent': ['page'],
  'diagnosis.made': ['diagnosis'],
  'proposal.made': ['proposal'],
  'gate.decided': ['gate'],
  'approval.answered': ['approval'],
  'operation.started': ['hold', 'resume', 'abort', 'undo', 'intent'],
  'operation.finished': ['result'],
  'action.verified': ['verification', 'undone'],
}

/** Records by the `seq` of the event that they are about: that of the same effect; of an incident its opening or closing. */
export function auditSeqs(events: readonly TrialEvent[], entries: readonly AuditEntry[]): Map<number, number[]> {
  const found = new Map<number, number[]>()
  for (const { seq, type, data } of events) {
    const kinds = kindsOf[type]
    if (kinds === undefined) continue
    const isAbout = (entry: AuditEntry) => {
      if (type === 'incident.opened' || type === 'incident.closed')
        return entry.incident === data.incident && type.endsWith(entry.outcome)
      return 'effectId' in data && entry.effectId === data.effectId
    }
    const own = entries.filter(entry => kinds.includes(entry.kind) && isAbout(entry))
    if (own.length > 0)
      found.set(
        seq,
        own.map(entry => entry.seq),
      )
  }
  return found
}
