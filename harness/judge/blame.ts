import type { Actor } from '../model/effect.ts'
import type { TrialEvent } from '../model/event.ts'

/** Something that an actor did or said about the deploy under test. */
export interface Deed {
  readonly t: number
  readonly actor: Actor
}

/**
 * Alarms that say "this revision is bad": deciding detectors of the engine, and for argo an analysis run that ended Failed or Error
 * or an abort of its own. A page is any notification, and is no alarm.
 */
export function blamingAlarms(events: readonly TrialEvent[], podTemplateHash: string): Deed[] {
  const alarms: Deed[] = []
  const blamedBy = new Set<string>()
  for (const { t, type, data } of events) {
    if (type === 'detector.fired' && data.blames === podTemplateHash) alarms.push({ t, actor: 'engine' })
    if (type === 'analysisRun.changed' && data.podTemplateHash === podTemplateHash) {
      if ((data.phase !== 'Failed' && data.phase !== 'Error') || blamedBy.has(data.name)) continue
      blamedBy.add(data.name)
      alarms.push({ t, actor: 'argo' })
    }
    if (
      type === 'rollout.aborted' &&
      data.actor === 'argo' &&
      data.podTemplateHash === podTemplateHash &&
      blamedBy.size === 0
    ) {
      alarms.push({ t, actor: 'argo' })
    }
  }
  return alarms
}

/** Actions that took the deploy back: aborts and undos, by whom and when each began. One that was refused took nothing back. */
export function revertsOf(events: readonly TrialEvent[], podTemplateHash: string): Deed[] {
  const refused = new Set<string>()
  for (const { type, data } of events) if (type === 'operation.finished' && !data.ok) refused.add(data.effectId)
  const reverts: Deed[] = []
  for (const { t, type, data } of events) {
    if (type === 'rollout.aborted' && data.actor === 'argo' && data.podTemplateHash === podTemplateHash) {
      reverts.push({ t, actor: 'argo' })
    }
    if (type !== 'operation.started' || data.podTemplateHash !== podTemplateHash || refused.has(data.effectId)) continue
    if (data.operation === 'abort' || data.operation === 'undo') reverts.push({ t, actor: data.actor as Actor })
  }
  return reverts
}
