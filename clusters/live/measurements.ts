import type { EventData } from '../../harness/model/event.ts'
import type { AnalysisRunObject } from './objects.ts'

/**
 * The measurements of an AnalysisRun that were not in an earlier reading of it.
 * @param counted by run and metric: measurements seen so far; brought up to date here
 */
export function newMeasurements(
  object: AnalysisRunObject,
  counted: Map<string, number>,
): EventData<'analysis.measured'>[] {
  const run = object.metadata.name
  return (object.status?.metricResults ?? []).flatMap(({ name: metric, measurements = [], count = 0, error = 0 }) => {
    const key = `${run} ${metric}`
    const fresh = count + error - (counted.get(key) ?? 0)
    counted.set(key, count + error)
    if (fresh <= 0) return []
    return measurements
      .filter(measurement => measurement.finishedAt !== undefined)
      .slice(-fresh)
      .map(({ phase, value = '', message = '' }) => ({ run, metric, phase, value, message }))
  })
}
