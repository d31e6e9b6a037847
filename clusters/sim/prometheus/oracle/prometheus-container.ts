import { type PrometheusContainer, startPrometheus } from '../../../containers/prometheus.ts'
import { compareLabels, labelsOf } from '../labels.ts'
import { dataset } from './dataset.ts'
import { rawSeries } from './raw-series.ts'
import { writeRequest } from './remote-write.ts'

/**
 * Starts a real Prometheus in a container and loads the data set. Samples go in by remote write, because that takes true stale markers at exact times, one series
 * at a time in the order of the label sets: Prometheus' head block answers in the order in which series were created, so that its order is that of the label
 * sets, as it is in persisted blocks.
 */
export async function startRealPrometheus(): Promise<PrometheusContainer> {
  const prometheus = await startPrometheus()
  const raw = dataset().flatMap(rawSeries)
  raw.sort((a, b) => compareLabels(labelsOf(a.labels), labelsOf(b.labels)))
  for (const series of raw) await prometheus.write(writeRequest(series))
  return prometheus
}
