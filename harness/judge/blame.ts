import type { TrialEvent } from '../model/event.ts'

/**
 * When alarms said "this revision is bad": deciding detectors of the engine, and for argo an analysis run that ended Failed or Error or
 * an abort of its own. A page is any notification, and is no alarm.
 * @param deployHash undefined where nothing was deployed: whatever revision is blamed then, it is not to blame
 */
export function blamingAlarmsMs(events: readonly TrialEvent[], deployHash: string | undefined): number[] {
  const isBlamed = (hash: string | null) => hash !== null && (deployHash === undefined || hash === deployHash)
  const alarmsMs: number[] = []
  const blamedBy = new Set<string>()
  for (const { t, type, data } of events) {
    if (type === 'detector.fired' && isBlamed(data.blames)) alarmsMs.push(t)
    else if (type === 'analysisRun.changed' && isBlamed(data.podTemplateHash)) {
      if ((data.phase !== 'Failed' && data.phase !== 'Error') || blamedBy.has(data.name)) continue
      blamedBy.add(data.name)
      alarmsMs.push(t)
    } else if (type === 'rollout.aborted' && data.actor === 'argo' && isBlamed(data.podTemplateHash)) {
      if (blamedBy.size === 0) alarmsMs.push(t)
    }
  }
  return alarmsMs
}
