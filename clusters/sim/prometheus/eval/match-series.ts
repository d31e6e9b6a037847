import { compareLabels, dropMetricName, labelValue, metricNameLabel } from '../labels.ts'
import { matcherTest, type ValueTest } from '../matchers.ts'
import type { SeriesEntry, Storage } from '../storage.ts'
import type { VectorSelector } from '../syntax/expression.ts'
import { type Shape, shapeOf } from './frame.ts'

/** The series that a selector selects, in the order of their label sets. */
export interface MatchedSeries {
  readonly shape: Shape
  /** The same without the metric's name, as functions of ranges answer. */
  readonly nameless: Shape
  /** The targets that have such series; `slot` tells a series' place in it. */
  readonly targets: Int32Array
  readonly slot: Int32Array
  readonly column: Int32Array
}

/**
 * Finds a selector's series, and remembers them as long as the storage has the same series; when some were added, only those are looked at. The fingerprints
 * tell, so that clones of a storage share what was found.
 */
export function seriesMatcher(selector: VectorSelector): (storage: Storage) => MatchedSeries {
  const tests = selector.matchers.map(matcher => ({ name: matcher.name, test: matcherTest(matcher) }))
  const matches = (series: SeriesEntry): boolean =>
    (selector.metric === undefined || series.metric === selector.metric) && tests.every(one => passes(series, one))
  let seriesSeen = 0
  let fingerprint = 0
  let found: SeriesEntry[] = []
  let matched = arrange(found)

  return storage => {
    const { series, fingerprints } = storage
    const count = series.length
    if (count === seriesSeen && (count === 0 || fingerprints[count - 1] === fingerprint)) return matched
    const grown = seriesSeen > 0 && count > seriesSeen && fingerprints[seriesSeen - 1] === fingerprint
    const fresh: SeriesEntry[] = []
    for (let i = grown ? seriesSeen : 0; i < count; i++) if (matches(series[i]!)) fresh.push(series[i]!)
    if (!grown || fresh.length > 0) {
      found = (grown ? [...found, ...fresh] : fresh).sort((a, b) => compareLabels(a.labels, b.labels))
      matched = arrange(found)
    }
    seriesSeen = count
    fingerprint = count === 0 ? 0 : fingerprints[count - 1]!
    return matched
  }
}

function passes(series: SeriesEntry, { name, test }: { name: string; test: ValueTest }): boolean {
  return test(name === metricNameLabel ? series.metric : labelValue(series.labels, name))
}

function arrange(found: readonly SeriesEntry[]): MatchedSeries {
  const targets = [...new Set(found.map(series => series.target))]
  const slots = new Map(targets.map((target, slot) => [target, slot]))
  return {
    shape: shapeOf(found.map(series => series.labels)),
    nameless: shapeOf(found.map(series => dropMetricName(series.labels))),
    targets: Int32Array.from(targets),
    slot: Int32Array.from(found, series => slots.get(series.target)!),
    column: Int32Array.from(found, series => series.column),
  }
}
