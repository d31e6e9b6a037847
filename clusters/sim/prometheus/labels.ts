/**
 * A label set as one flat array: name, value, name, value…, names ascending, no empty values. The metric's name is the label `__name__`.
 * Plain data, shared and never changed.
 */
export type Labels = readonly string[]

export const metricNameLabel = '__name__'

export const noLabels: Labels = []

/** The label set of an object; an empty value means that the label is absent, as in Prometheus. */
export function labelsOf(record: Readonly<Record<string, string>>): Labels {
  const flat: string[] = []
  for (const name of Object.keys(record).sort(compareText)) {
    const value = record[name]!
    if (value !== '') flat.push(name, value)
  }
  return flat
}

/** A fresh object of the labels, names ascending. */
export function recordOf(labels: Labels): Record<string, string> {
  const record: Record<string, string> = {}
  for (let i = 0; i < labels.length; i += 2) record[labels[i]!] = labels[i + 1]!
  return record
}

/** The value of a label, '' when the set does not have it. */
export function labelValue(labels: Labels, name: string): string {
  for (let i = 0; i < labels.length; i += 2) if (labels[i] === name) return labels[i + 1]!
  return ''
}

export function keepLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return filterLabels(labels, name => names.has(name))
}

export function dropLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return filterLabels(labels, name => !names.has(name))
}

const onlyMetricName: ReadonlySet<string> = new Set([metricNameLabel])

export function dropMetricName(labels: Labels): Labels {
  return dropLabels(labels, onlyMetricName)
}

/** A text that is equal for equal label sets only: the JSON of the flat array. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(labels)
}

/** Order of label sets: pair by pair by name and then value, then the shorter set first (Prometheus v3.5.0, model/labels, Compare). */
export function compareLabels(a: Labels, b: Labels): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const order = compareText(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return a.length - b.length
}

/** The labels as people write them in a query, `{code="500", pod="a"}`. */
export function formatLabels(labels: Labels): string {
  const parts: string[] = []
  let name = ''
  for (let i = 0; i < labels.length; i += 2) {
    if (labels[i] === metricNameLabel) name = labels[i + 1]!
    else parts.push(`${labels[i]}=${JSON.stringify(labels[i + 1])}`)
  }
  return name !== '' && parts.length === 0 ? name : `${name}{${parts.join(', ')}}`
}

function filterLabels(labels: Labels, wanted: (name: string) => boolean): Labels {
  const kept: string[] = []
  for (let i = 0; i < labels.length; i += 2) if (wanted(labels[i]!)) kept.push(labels[i]!, labels[i + 1]!)
  return kept.length === labels.length ? labels : kept
}

/** By UTF-16 code units, never by locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
