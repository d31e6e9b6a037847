import type { EventData, EventType } from '../../harness/model/event.ts'
import { append, createTrialLog, type TrialLog } from '../../harness/model/trial-log.ts'
import type { Append } from '../live/carry-out.ts'

/** Collects a trial's events as they become known, which for the ground truth is after its end. */
export interface TrialEvents {
  readonly append: Append
  /** The log: all events in order of time, those of one instant in the order in which they came in, none after `endMs`. */
  toLog(endMs: number): TrialLog
}

interface Collected<T extends EventType = EventType> {
  readonly t: number
  readonly type: T
  readonly data: EventData<T>
}

export function collectEvents(): TrialEvents {
  const events: Collected[] = []
  return {
    append: (t, type, data) => void events.push({ t, type, data }),
    toLog(endMs) {
      const log = createTrialLog()
      const inOrder = events.filter(({ t }) => t <= endMs).sort((a, b) => a.t - b.t)
      for (const { t, type, data } of inOrder) append(log, t, type, data)
      return log
    },
  }
}
