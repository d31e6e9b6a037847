import type { TrialEvent } from '../../harness/model/event.ts'
import { endingsOf, isRollback } from './endings.ts'
import type { TrialIncident } from './incidents.ts'
import { clock, type Line, quoted } from './markdown.ts'

export interface Ending {
  readonly status: 'resolved' | 'mitigated' | 'over by itself' | 'open'
  readonly line: Line
}

/**
 * How it ended. Resolved: a repair, the same release again or another remedy is out, and healthy where it is a release. Mitigated: the
 * release was taken back.
 */
export function endingOf({ events, isOpen }: TrialIncident): Ending {
  const repair = events.findLast(({ type, data }) => type === 'release.updated' && data.release !== 'deploy')
  const healthy = events.findLast(event => repair !== undefined && event.seq > repair.seq && isHealthyOn(event, repair))
  if (healthy !== undefined) {
    const text = `It ended when ${changeText(repair as Change)}, which was Healthy at ${clock(healthy.t)}`
    return { status: 'resolved', line: { text, cites: [healthy.seq, repair!.seq] } }
  }
  const ended = endingsOf(events).at(-1)
  if (ended !== undefined) {
    const operation = ended.type === 'operation.finished' ? ended.data.operation : 'abort'
    const status = isRollback(ended) ? 'mitigated' : 'resolved'
    return {
      status,
      line: { text: `${operation} (${ended.data.actor}) was done at ${clock(ended.t)}`, cites: [ended.seq] },
    }
  }
  const last = events.at(-1)!
  if (isOpen)
    return {
      status: 'open',
      line: { text: `At ${clock(last.t)} nobody had done anything against it that helped`, cites: [last.seq] },
    }
  const text = `By ${clock(last.t)} it was over, and nobody had done anything against it that helped`
  return { status: 'over by itself', line: { text, cites: [last.seq] } }
}

type Change = NonNullable<TrialIncident['trigger']>

/** A change, in the past. */
export function changeText({ type, data }: Change): string {
  if (type === 'flag.changed') return `flag ${quoted(data.flag)} was switched`
  const what = data.release === 'deploy' ? 'a release' : `a ${data.release}`
  return `${what} brought revision ${data.revision} (${data.podTemplateHash}) with another ${quoted(data.key)} in ${quoted(data.file)}`
}

function isHealthyOn(event: TrialEvent, repair: TrialEvent): boolean {
  if (event.type !== 'rollout.changed' || repair.type !== 'release.updated') return false
  const { phase, currentHash, stableHash } = event.data
  return phase === 'Healthy' && currentHash === repair.data.podTemplateHash && stableHash === currentHash
}
