/** A series as Prometheus stores it: stale markers are samples too. */
export interface RawSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly samples: readonly { readonly atMs: number; readonly value: number | 'stale' }[]
}

/** The bits of Prometheus' stale marker (v3.5.0, model/value/value.go, StaleNaN). */
const staleBits = 0x7ff0000000000002n

/**
 * A Prometheus remote write 1.0 request of one series: the protobuf message WriteRequest (prometheus/prompb/remote.proto, types.proto) in Snappy's block format, all of
 * it as literals.
 */
export function writeRequest({ labels, samples }: RawSeries): Buffer {
  const encodedLabels = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])))
  const encodedSamples = samples.map(({ atMs, value }) => field(2, sampleMessage(atMs, value)))
  return snappyLiterals(field(1, Buffer.concat([...encodedLabels, ...encodedSamples])))
}

function sampleMessage(atMs: number, value: number | 'stale'): Buffer {
  const bits = Buffer.alloc(9)
  bits[0] = (1 << 3) | 1
  if (value === 'stale') bits.writeBigUInt64LE(staleBits, 1)
  else bits.writeDoubleLE(value, 1)
  return Buffer.concat([bits, Buffer.from([2 << 3]), varint(atMs)])
}

function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2]), varint(content.length), content])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80)
  return Buffer.from([...bytes, rest])
}

/** Literals of at most 65,536 bytes, each with a two-byte length (github.com/google/snappy, format_description.txt, tag 61). */
function snappyLiterals(content: Buffer): Buffer {
  const parts = [varint(content.length)]
  for (let at = 0; at < content.length; at += 65_536) {
    const chunk = content.subarray(at, at + 65_536)
    const head = Buffer.from([61 << 2, 0, 0])
    head.writeUInt16LE(chunk.length - 1, 1)
    parts.push(head, chunk)
  }
  return Buffer.concat(parts)
}
