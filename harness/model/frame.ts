/**
 * Canonical binary frames of the trial log: integers as zigzag varints, decimals as scaled integers, text as UTF-8 behind its
 * length. The same event gives the same bytes on every machine.
 */
export interface FrameBuffer {
  bytes: Uint8Array
  length: number
}

export interface FrameReader {
  readonly bytes: Uint8Array
  at: number
}

/** How one kind of value is written, read and described (`describe` is its name in the documentation of the log). */
export interface Codec<T> {
  readonly describe: string
  write(buffer: FrameBuffer, value: T): void
  read(reader: FrameReader): T
}

export type Decoded<C> = C extends Codec<infer T> ? T : never

export function createFrameBuffer(capacity = 1 << 14): FrameBuffer {
  return { bytes: new Uint8Array(capacity), length: 0 }
}

/** Makes room for `more` bytes. */
export function reserve(buffer: FrameBuffer, more: number): void {
  const needed = buffer.length + more
  if (needed <= buffer.bytes.length) return
  const grown = new Uint8Array(Math.max(needed, buffer.bytes.length * 2))
  grown.set(buffer.bytes.subarray(0, buffer.length))
  buffer.bytes = grown
}

export function writeVarint(buffer: FrameBuffer, value: number): void {
  reserve(buffer, 8)
  let rest = value
  while (rest >= 0x80) {
    buffer.bytes[buffer.length++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  buffer.bytes[buffer.length++] = rest
}

export function readVarint(reader: FrameReader): number {
  let value = 0
  let scale = 1
  for (;;) {
    const byte = reader.bytes[reader.at++]
    if (byte === undefined) throw new RangeError('the frame ends inside a number')
    value += (byte & 0x7f) * scale
    if (byte < 0x80) return value
    scale *= 0x80
  }
}

const largestInt = 2 ** 52

/** Whole numbers up to 2^52 in size. */
export const int: Codec<number> = {
  describe: 'integer',
  write: (buffer, value) => {
    // Most numbers of a log are small, and take a byte.
    if (value >= 0 && value < 64 && (value | 0) === value) {
      reserve(buffer, 1)
      buffer.bytes[buffer.length++] = value * 2
      return
    }
    if (!Number.isInteger(value) || Math.abs(value) > largestInt)
      throw new RangeError(`the log takes whole numbers up to 2^52, not ${value}`)
    writeVarint(buffer, value >= 0 ? value * 2 : value * -2 - 1)
  },
  read: reader => {
    const zigzag = readVarint(reader)
    return zigzag % 2 === 0 ? zigzag / 2 : (zigzag + 1) / -2
  },
}

const notFinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

/** Numbers rounded to `digits` decimals and cut to 2^52 / 10^digits in size; NaN and the infinities are kept. */
export function decimal(digits: number): Codec<number> {
  const scale = 10 ** digits
  return {
    describe: `decimal with ${digits} places`,
    write: (buffer, value) => {
      if (Number.isFinite(value)) {
        writeVarint(buffer, 0)
        int.write(buffer, Math.max(-largestInt, Math.min(largestInt, Math.round(value * scale))))
      } else writeVarint(buffer, 1 + notFinite.findIndex(other => Object.is(other, value)))
    },
    read: reader => {
      const tag = readVarint(reader)
      return tag === 0 ? int.read(reader) / scale : notFinite[tag - 1]!
    },
  }
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Texts that were read lately, by a hash of their bytes: a log says the same few names again and again. */
const recent = new Array<string>(1024).fill('')

/** Text of up to 64 ASCII characters; undefined for any other. */
function readShortText(bytes: Uint8Array, from: number, to: number): string | undefined {
  if (to - from > 64 || to > bytes.length) return undefined
  let hash = 0
  for (let i = from; i < to; i++) {
    const code = bytes[i]!
    if (code >= 0x80) return undefined
    hash = (Math.imul(hash, 31) + code) | 0
  }
  const slot = (hash ^ (hash >>> 10)) & (recent.length - 1)
  const known = recent[slot]!
  if (isWritten(known, bytes, from, to)) return known
  const value = String.fromCharCode(...bytes.subarray(from, to))
  recent[slot] = value
  return value
}

/** Short texts that were written lately, as they stand in a frame. */
const written = new Map<string, Uint8Array>()
const mostWritten = 1024

function encodeText(value: string): Uint8Array {
  const encoded = encoder.encode(value)
  const frame = createFrameBuffer(encoded.length + 8)
  writeVarint(frame, encoded.length)
  frame.bytes.set(encoded, frame.length)
  const bytes = frame.bytes.subarray(0, frame.length + encoded.length)
  if (value.length > 64) return bytes
  if (written.size === mostWritten) written.clear()
  written.set(value, bytes)
  return bytes
}

function isWritten(text: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[from + i]) return false
  return true
}

export const text: Codec<string> = {
  describe: 'text',
  write: (buffer, value) => {
    const encoded = written.get(value) ?? encodeText(value)
    reserve(buffer, encoded.length)
    buffer.bytes.set(encoded, buffer.length)
    buffer.length += encoded.length
  },
  read: reader => {
    const length = readVarint(reader)
    const end = reader.at + length
    const value = readShortText(reader.bytes, reader.at, end)
    const read = value ?? decoder.decode(reader.bytes.subarray(reader.at, end))
    reader.at = end
    return read
  },
}

export const flag: Codec<boolean> = {
  describe: 'true or false',
  write: (buffer, value) => writeVarint(buffer, value ? 1 : 0),
  read: reader => readVarint(reader) === 1,
}

export function nullable<T>(codec: Codec<T>): Codec<T | null> {
  return {
    describe: `${codec.describe}, or null`,
    write: (buffer, value) => {
      flag.write(buffer, value !== null)
      if (value !== null) codec.write(buffer, value)
    },
    read: reader => (flag.read(reader) ? codec.read(reader) : null),
  }
}

export function list<T>(codec: Codec<T>): Codec<readonly T[]> {
  return {
    describe: `list of ${codec.describe}`,
    write: (buffer, values) => {
      writeVarint(buffer, values.length)
      for (let i = 0; i < values.length; i++) codec.write(buffer, values[i]!)
    },
    read: reader => {
      const values: T[] = []
      for (let left = readVarint(reader); left > 0; left--) values.push(codec.read(reader))
      return values
    },
  }
}

type Fields = Readonly<Record<string, Codec<unknown>>>
export interface RecordCodec<T> extends Codec<T> {
  /** Name and description of each field, in the order in which they are written. */
  readonly fields: readonly (readonly [string, string])[]
}

export function record<F extends Fields>(fields: F): RecordCodec<{ readonly [K in keyof F]: Decoded<F[K]> }> {
  const names = Object.keys(fields)
  const codecs: readonly Codec<unknown>[] = Object.values(fields)
  const described = names.map((name, i) => [name, codecs[i]!.describe] as const)
  return {
    fields: described,
    describe: `{ ${described.map(([name, description]) => `${name}: ${description}`).join('; ')} }`,
    write: (buffer, value) => {
      for (let i = 0; i < names.length; i++) codecs[i]!.write(buffer, (value as Record<string, unknown>)[names[i]!])
    },
    read: reader => {
      const value: Record<string, unknown> = {}
      for (let i = 0; i < names.length; i++) value[names[i]!] = codecs[i]!.read(reader)
      return value as { readonly [K in keyof F]: Decoded<F[K]> }
    },
  }
}
