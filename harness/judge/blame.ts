import type { TrialEvent } from '../model/event.ts'

interface BlamingAlarm {
  readonly t: number
  readonly by: 'engine' | 'argo'
}

/**
 * Alarms that said "this revision is bad": of deciding detectors of the engine, and for argo an analysis run that ended Failed or Error or
 * an abort of its own. A page is any notification, and is no alarm.
 * @param deployHash undefined where nothing was deployed: whatever revision is blamed then, it is not to blame
 */
export function blamingAlarms(events: readonly TrialEvent[], deployHash: string | undefined): BlamingAlarm[] {
  const isBlamed = (hash: string | null) => hash !== null && (deployHash === undefined || hash === deployHash)
  const alarms: BlamingAlarm[] = []
  const blamedBy = new Set<string>()
  for (const { t, type, data } of events) {
    if (type === 'detector.fired' && isBlamed(data.blames)) alarms.push({ t, by: 'engine' })
    else if (type === 'analysisRun.changed' && isBlamed(data.podTemplateHash)) {
      if ((data.phase !== 'Failed' && data.phase !== 'Error') || blamedBy.has(data.name)) continue
      blamedBy.add(data.name)
      alarms.push({ t, by: 'argo' })
    } else if (type === 'rollout.aborted' && data.actor === 'argo' && isBlamed(data.podTemplateHash)) {
      if (blamedBy.size === 0) alarms.push({ t, by: 'argo' })
    }
  }
  return alarms
}
