import { renderPostmortems } from '../../reports/postmortem.ts'
import { eventLine, readEvents } from '../model/trial-log.ts'
import type { LogFiles } from '../run/run-unit.ts'

/** The files of a log: frames, whose sha256 is the trial's digest, their rendering as NDJSON, and a postmortem of each incident in it. */
export function renderLog(frames: Uint8Array): LogFiles {
  const events = [...readEvents(frames)]
  const postmortems = renderPostmortems(events)
  const encoder = new TextEncoder()
  return {
    '.frames': frames,
    '.ndjson': encoder.encode(events.map(eventLine).join('')),
    ...(postmortems === '' ? {} : { '.postmortem.md': encoder.encode(postmortems) }),
  }
}
