import { type Labels, labelsOf, metricNameLabel } from './labels.ts'
import { absent, rowAt, type Storage, type TargetSamples } from './storage.ts'

const firstRows = 32
const firstStride = 4

/**
 * Begins to know a target (a pod of a service) with its labels, `instance` and `job` among them; its series `up` comes with it.
 * Two targets must differ in their labels; one that comes back is scraped again under its old index.
 * @returns its index, for the other functions here
 */
export function addTarget(storage: Storage, labels: Readonly<Record<string, string>>): number {
  const index = storage.targets.length
  storage.targets.push({
    labels: labelsOf(labels),
    timesMs: new Float64Array(firstRows),
    values: new Float64Array(firstRows * firstStride),
    rows: 0,
    stride: firstStride,
    columns: 0,
  })
  addSeries(storage, index, 'up', {})
  return index
}

/**
 * A series appears in the target's exposition, from its next scrape on. The target's labels are added; a scraped label of the same name is kept as `exported_…`,
 * as Prometheus does without `honor_labels`.
 * @returns the place of its value in the array of {@link appendScrape}, 0 for the first; -1 for `up`
 */
export function addSeries(
  storage: Storage,
  target: number,
  metric: string,
  labels: Readonly<Record<string, string>>,
): number {
  const samples = storage.targets[target]!
  const column = samples.columns++
  if (samples.columns > samples.stride) widen(samples)
  const merged = mergeLabels(samples.labels, metric, labels)
  storage.series.push({ labels: merged, metric, target, column })
  const previous = storage.fingerprints.at(-1) ?? 0
  storage.fingerprints.push(fingerprint(previous, merged, target, column))
  for (let row = 0; row < samples.rows; row++) samples.values[row * samples.stride + column] = absent
  return column - 1
}

/**
 * One successful scrape: `up` 1 and a value per series of the target, in the order in which they were added; {@link absent} for one that the target does not
 * expose (any more), which leaves a stale marker. Longer arrays are fine, the rest is not read.
 * @throws RangeError when the target was scraped at this time or later, or has more series than there are values
 */
export function appendScrape(storage: Storage, target: number, atMs: number, values: ArrayLike<number>): void {
  const samples = storage.targets[target]!
  if (values.length < samples.columns - 1) {
    throw new RangeError(`target ${target} has ${samples.columns - 1} series, its scrape ${values.length} values`)
  }
  const start = appendRow(storage, samples, atMs)
  const { values: matrix, columns } = samples
  matrix[start] = 1
  for (let column = 1; column < columns; column++) matrix[start + column] = values[column - 1]!
}

/** A scrape that got no answer: `up` 0 and stale markers for all other series of the target, as Prometheus writes them at once. */
export function failScrape(storage: Storage, target: number, atMs: number): void {
  const samples = storage.targets[target]!
  const start = appendRow(storage, samples, atMs)
  samples.values.fill(absent, start, start + samples.columns)
  samples.values[start] = 0
}

/** The target left service discovery: stale markers for all its series, `up` too. Prometheus writes them when the next scrape would have been due. */
export function removeTarget(storage: Storage, target: number, atMs: number): void {
  const samples = storage.targets[target]!
  const start = appendRow(storage, samples, atMs)
  samples.values.fill(absent, start, start + samples.columns)
}

/** Forgets every scrape of a target, and none of its series. */
export function forgetScrapes(storage: Storage, target: number): void {
  storage.targets[target]!.rows = 0
}

/** Makes room for one more row and enters its time; returns where its values begin. */
function appendRow(storage: Storage, samples: TargetSamples, atMs: number): number {
  const { rows } = samples
  if (rows > 0 && samples.timesMs[rows - 1]! >= atMs) {
    throw new RangeError(`scrape at ${atMs} ms after one at ${samples.timesMs[rows - 1]} ms`)
  }
  if (rows === samples.timesMs.length) makeRoom(samples, atMs - storage.retentionMs)
  samples.timesMs[samples.rows] = atMs
  return samples.rows++ * samples.stride
}

/** Drops the rows that are too old when they are at least a quarter of all, so that a move pays; else doubles the matrix. */
function makeRoom(samples: TargetSamples, oldestMs: number): void {
  const { rows, stride } = samples
  const expired = rowAt(samples, oldestMs) + 1
  if (expired >= rows / 4) {
    samples.timesMs.copyWithin(0, expired, rows)
    samples.values.copyWithin(0, expired * stride, rows * stride)
    samples.rows -= expired
    return
  }
  const timesMs = new Float64Array(rows * 2)
  timesMs.set(samples.timesMs)
  const values = new Float64Array(rows * 2 * stride)
  values.set(samples.values)
  samples.timesMs = timesMs
  samples.values = values
}

function widen(samples: TargetSamples): void {
  const { stride, rows } = samples
  const wider = stride * 2
  const values = new Float64Array(samples.timesMs.length * wider)
  for (let row = 0; row < rows; row++) {
    values.set(samples.values.subarray(row * stride, (row + 1) * stride), row * wider)
  }
  samples.values = values
  samples.stride = wider
}

function mergeLabels(target: Labels, metric: string, labels: Readonly<Record<string, string>>): Labels {
  const merged: Record<string, string> = { [metricNameLabel]: metric, ...labels }
  for (let i = 0; i < target.length; i += 2) {
    const name = target[i]!
    if (merged[name] !== undefined) merged[`exported_${name}`] = merged[name]
    merged[name] = target[i + 1]!
  }
  return labelsOf(merged)
}

/** 52 bits of two 32-bit multiplicative hashes (the constants of MurmurHash3's finalizer) over the code units. */
function fingerprint(previous: number, labels: Labels, target: number, column: number): number {
  let high = Math.floor(previous / 0x100000000) ^ target
  let low = (previous >>> 0) ^ column
  for (const text of labels) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      low = Math.imul(low ^ unit, 0x85ebca6b)
      high = Math.imul(high ^ unit ^ (low >>> 15), 0xc2b2ae35)
    }
    low = Math.imul(low ^ 0x1f, 0x85ebca6b) ^ (high >>> 13)
  }
  return (high & 0xfffff) * 0x100000000 + (low >>> 0)
}
