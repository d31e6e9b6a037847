import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimal, int, text } from './frame.ts'
import { append, createTrialLog, eventLine, framesOf, readEvents } from './trial-log.ts'

describe('the trial log', () => {
  it('reads back what was appended, in order', () => {
    const log = createTrialLog()
    append(log, 0, 'look.missed', { reason: 'scrapes of the subject fail' })
    append(log, 5000, 'look.taken', {
      fromMs: 0,
      toMs: 5000,
      versions: [{ podTemplateHash: 'a1', pods: 2, requests: 9, errors: 1, latency: [3, 5], inFlight: 0, byPod: [] }],
      services: [],
    })
    append(log, 7001, 'detector.fired', {
      detector: 'threshold',
      blames: null,
      pod: '',
      score: 1 / 3,
      reason: 'naïve ✔',
    })
    const events = [...readEvents(framesOf(log))]
    expect(events.map(({ seq, t, type }) => [seq, t, type])).toEqual([
      [0, 0, 'look.missed'],
      [1, 5000, 'look.taken'],
      [2, 7001, 'detector.fired'],
    ])
    expect(events[2]!.data).toEqual({
      detector: 'threshold',
      blames: null,
      pod: '',
      score: 0.333333,
      reason: 'naïve ✔',
    })
    expect(eventLine(events[0]!)).toBe(
      '{"v":1,"seq":0,"t":0,"type":"look.missed","data":{"reason":"scrapes of the subject fail"}}\n',
    )
  })

  it('refuses a truncated log', () => {
    const log = createTrialLog()
    append(log, 0, 'look.missed', { reason: 'x' })
    expect(() => [...readEvents(framesOf(log).subarray(0, log.length - 1))]).toThrow(RangeError)
  })

  it('keeps integers, text and decimals exactly', () => {
    const roundTrip = <T>(
      codec: {
        write(b: { bytes: Uint8Array; length: number }, v: T): void
        read(r: { bytes: Uint8Array; at: number }): T
      },
      value: T,
    ) => {
      const buffer = { bytes: new Uint8Array(1), length: 0 }
      codec.write(buffer, value)
      return codec.read({ bytes: buffer.bytes, at: 0 })
    }
    fc.assert(fc.property(fc.integer({ min: -(2 ** 50), max: 2 ** 50 }), n => roundTrip(int, n) === n))
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), s => roundTrip(text, s) === s))
    fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), n => roundTrip(decimal(3), n / 1000) === n / 1000))
    for (const odd of [Number.NaN, Infinity, -Infinity]) expect(roundTrip(decimal(3), odd)).toBe(odd)
    for (const size of [1, -1]) {
      expect(roundTrip(int, size * 2 ** 52)).toBe(size * 2 ** 52)
      expect(roundTrip(decimal(3), size * 1e300)).toBe((size * 2 ** 52) / 1000)
      expect(() => roundTrip(int, size * 2 ** 53)).toThrow(RangeError)
    }
    expect(() => roundTrip(int, 0.5)).toThrow(RangeError)
  })
})
