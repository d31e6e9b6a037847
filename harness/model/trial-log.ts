import { type EventData, type EventType, eventTypes, type TrialEvent } from './event.ts'
import {
  type Codec,
  createFrameBuffer,
  type FrameBuffer,
  type FrameReader,
  int,
  readVarint,
  reserve,
  writeVarint,
} from './frame.ts'

/** Version of the log's format, the `v` of every NDJSON line. */
export const logVersion = 1

/** The append-only log of one trial, as canonical frames: length (4 bytes, little endian), type number, time, fields. */
export type TrialLog = FrameBuffer

const typeNames = Object.keys(eventTypes) as EventType[]
const typeNumbers = new Map(typeNames.map((type, number) => [type, number]))

export function createTrialLog(): TrialLog {
  return createFrameBuffer()
}

/** @param t ms of trial time, whole, not before the previous event's. */
export function append<T extends EventType>(log: TrialLog, t: number, type: T, data: EventData<T>): void {
  reserve(log, 4)
  const start = log.length
  log.length += 4
  writeVarint(log, typeNumbers.get(type)!)
  int.write(log, t)
  ;(eventTypes[type] as Codec<unknown>).write(log, data)
  const length = log.length - start - 4
  for (let i = 0; i < 4; i++) log.bytes[start + i] = (length >>> (8 * i)) & 0xff
}

/** Takes over the other log's frames from a byte on, at which one of them begins. */
export function appendFrames(log: TrialLog, other: TrialLog, fromByte: number): void {
  reserve(log, other.length - fromByte)
  log.bytes.set(other.bytes.subarray(fromByte, other.length), log.length)
  log.length += other.length - fromByte
}

/** The bytes whose sha256 is the trial's digest. */
export function framesOf(log: TrialLog): Uint8Array {
  return log.bytes.subarray(0, log.length)
}

/**
 * Reads frames back, in order.
 * @param types those that are wanted, in any order; all others are skipped unread, which is quick
 * @throws RangeError on a truncated or foreign log.
 */
export function* readEvents(frames: Uint8Array, types?: readonly EventType[]): Generator<TrialEvent> {
  const reader: FrameReader = { bytes: frames, at: 0 }
  const wanted = types === undefined ? undefined : new Set(types)
  for (let seq = 0; reader.at < frames.length; seq++) {
    let length = 0
    for (let i = 0; i < 4; i++) length += (frames[reader.at++] ?? 0) * 2 ** (8 * i)
    const end = reader.at + length
    const type = typeNames[readVarint(reader)]
    if (type === undefined || end > frames.length) throw new RangeError(`frame ${seq} is not one of this version`)
    if (wanted?.has(type) === false) {
      reader.at = end
      continue
    }
    const t = int.read(reader)
    const data = eventTypes[type].read(reader)
    if (reader.at !== end) throw new RangeError(`frame ${seq} (${type}) has ${end - reader.at} bytes too many`)
    yield { seq, t, type, data } as TrialEvent
  }
}

/** One line of NDJSON. JSON has no NaN or infinities: they are written as strings. */
export function eventLine({ seq, t, type, data }: TrialEvent): string {
  const finite = (_key: string, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
  return `${JSON.stringify({ v: logVersion, seq, t, type, data }, finite)}\n`
}
