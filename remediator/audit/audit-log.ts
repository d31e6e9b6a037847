import { canonicalJson, type Json } from './canonical-json.ts'
import { type AuditLine, type AuditRecord, auditVersion, digestOf, hashOfLine } from './record.ts'

/** Where the chain stands. Plain data; a copy goes its own way. */
export interface AuditState {
  /** Of the next line: so many lines there are. */
  seq: number
  lastHash: string
}

/** What the first line names as the hash of the line before it. */
export const noHash = '0'.repeat(64)

export function createAudit(): AuditState {
  return { seq: 0, lastHash: noHash }
}

/** The next line, in canonical JSON without a line break: it holds the hash of the line before it and its own. */
export function auditLine(state: AuditState, record: AuditRecord): string {
  const action = (record.action ?? null) as Json | null
  const content = {
    schemaVersion: auditVersion,
    seq: state.seq,
    prevHash: state.lastHash,
    tMs: record.tMs,
    trial: record.trial,
    incident: record.incident ?? null,
    level: record.level,
    actor: record.actor ?? 'engine',
    kind: record.kind,
    effectId: record.effectId ?? null,
    action,
    actionHash: action === null ? null : digestOf(action),
    outcome: record.outcome ?? '',
    undoes: record.undoes ?? null,
    reasons: [...(record.reasons ?? [])],
    evidence: [...(record.evidence ?? [])],
    policyDigest: record.policyDigest,
    budget: { ...record.budget },
  } satisfies Omit<AuditLine, 'hash'>
  const hash = hashOfLine({ ...content, hash: '' })
  state.seq++
  state.lastHash = hash
  return canonicalJson({ ...content, hash })
}

/** Kept elsewhere than the log, it tells a log that has lost its end. */
export interface AuditCheckpoint {
  readonly size: number
  readonly lastHash: string
}

export function auditCheckpoint({ seq, lastHash }: AuditState): AuditCheckpoint {
  return { size: seq, lastHash }
}
