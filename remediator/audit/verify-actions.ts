import type { AuditLine } from './record.ts'
import type { Fault, ReadLine } from './verify-lines.ts'

/**
 * What has to come before and after an action: a gate that allows it, once; where the gate asks, a person who approves after that; a
 * result for each intent. To take back what was applied needs no gate.
 */
export function verifyActions(read: readonly ReadLine[]): Fault[] {
  const faults: Fault[] = []
  const gates = new Map<string, { outcome: string; approved: boolean }>()
  const open = new Map<string, ReadLine>()
  const begun = new Set<string>()
  for (const one of read) {
    const { record, line } = one
    const { kind, effectId, outcome, seq, undoes } = record
    const tell = (message: string) => faults.push({ line, message: `seq ${seq}: ${message}` })
    const gate = gates.get(keyOf(record))
    switch (kind) {
      case 'gate':
        gates.set(keyOf(record), { outcome, approved: false })
        break
      case 'approval':
        if (gate?.outcome === 'ask') gate.approved = outcome === 'approved'
        break
      case 'intent':
        if (effectId === null) tell('an intent that names no effect')
        else {
          if (begun.has(effectId)) tell(`effect ${effectId} is applied twice`)
          open.set(effectId, one)
        }
        if (undoes !== null) {
          if (!begun.has(undoes)) tell(`takes back effect ${undoes}, which was not applied`)
        } else if (gate === undefined || (gate.outcome !== 'allow' && gate.outcome !== 'ask'))
          tell('applied without an allow of the gate')
        else if (gate.outcome === 'ask' && !gate.approved) tell('applied without the approval that the gate asked for')
        gates.delete(keyOf(record))
        if (effectId !== null) begun.add(effectId)
        break
      case 'hold':
      case 'resume':
      case 'abort':
      case 'undo':
        if (effectId !== null) begun.add(effectId)
        break
      case 'result':
        if (effectId === null || !begun.has(effectId))
          tell(`result of ${effectId ?? 'no effect'}, which nobody meant to do`)
        else open.delete(effectId)
        break
      default:
    }
  }
  for (const { line, record } of open.values())
    faults.push({ line, message: `seq ${record.seq}: intent of effect ${record.effectId} without a result` })
  return faults
}

/** An allow is for one action in one incident. */
function keyOf({ incident, actionHash }: AuditLine): string {
  return `${incident} ${actionHash}`
}
