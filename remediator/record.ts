import type { Effect } from '../harness/model/effect.ts'
import { auditLine } from './audit/audit-log.ts'
import type { AuditRecord } from './audit/record.ts'
import { undoOf } from './gate/action-text.ts'
import type { EngineState, Heard } from './state.ts'

const auditMark = 'audit-'

/** Whether an effect is a line of the audit log. */
export function isAuditId(effectId: string): boolean {
  return effectId.slice(effectId.lastIndexOf('/') + 1).startsWith(auditMark)
}

type Entry = Pick<AuditRecord, 'kind'> & Partial<AuditRecord>

/** Puts a line of the audit log before each effect that does or decides something, and one for each answer that came. */
export function record(state: EngineState, heard: readonly Heard[], effects: readonly Effect[]): Effect[] {
  const recorded: Effect[] = []
  const write = (entry: Entry) => {
    const id = `${state.setting.trial}/${state.steps - 1}/${auditMark}${state.audit.seq}`
    const line = auditLine(state.audit, { ...circumstances(state), ...entry })
    recorded.push({ id, type: 'audit', line })
  }
  for (const one of heard) for (const entry of entriesOf(state, one)) write(entry)
  for (const effect of effects) {
    const entry = entryOf(effect)
    if (entry !== undefined) write({ effectId: effect.id, ...entry })
    recorded.push(effect)
  }
  return recorded
}

function circumstances({ seen, setting, level, toolCallsMade }: EngineState) {
  return {
    tMs: seen.nowMs,
    trial: setting.trial,
    level,
    policyDigest: setting.site.policyDigest,
    budget: { toolCalls: toolCallsMade },
  }
}

/** Only safe actions have an outcome on record: what came of a rollback is seen in the Rollout. */
function entriesOf({ incidents }: EngineState, { type, effectId, outcome, message }: Heard): Entry[] {
  for (const { id: incident, remedies } of incidents) {
    const one = remedies.find(remedy => [remedy.question, remedy.effectId, ...remedy.undoneBy].includes(effectId))
    if (one === undefined) continue
    const common = { incident, effectId, action: one.action, outcome, reasons: message === '' ? [] : [message] }
    if (type === 'approval') return [{ kind: 'approval', actor: 'human', ...common }]
    if (!one.undoneBy.includes(effectId)) return [{ kind: 'result', ...common }]
    const result: Entry = { ...common, kind: 'result', action: undoOf(one.action) }
    return outcome === 'ok' ? [result, { ...common, kind: 'undone', effectId: one.effectId }] : [result]
  }
  return []
}

function entryOf(effect: Effect): Entry | undefined {
  switch (effect.type) {
    case 'incident':
      return { kind: 'incident', incident: effect.incident, outcome: effect.state, reasons: [effect.reason] }
    case 'page':
    case 'hold':
    case 'resume':
    case 'abort':
    case 'undo': {
      const { id: _, type: kind, reason, ...action } = effect
      return { kind, action, reasons: [reason] }
    }
    case 'diagnose': {
      const { incident, verdict, ranked, evidence } = effect.diagnosis
      return {
        kind: 'diagnosis',
        incident,
        action: { ranked },
        outcome: verdict,
        evidence: evidence.map(({ id }) => id),
      }
    }
    case 'propose': {
      const { incident, rule } = effect.proposal
      return { kind: 'proposal', incident, action: effect.proposal, outcome: rule }
    }
    case 'gate': {
      const { incident, action, verdict, reasons } = effect
      return { kind: 'gate', incident, action, outcome: verdict, reasons }
    }
    case 'apply': {
      const { incident, action, undoes, reason } = effect
      return { kind: 'intent', incident, action, undoes, reasons: [reason] }
    }
    case 'verify': {
      const { incident, effectId, outcome, reason } = effect
      return { kind: 'verification', incident, effectId, outcome, reasons: [reason] }
    }
    case 'alarm':
    case 'callTool':
    case 'askApproval':
    case 'audit':
    case 'wake':
      return undefined
  }
}
