import { type ClusterSeries, cadvisorSeries, clusterTargets, kubeStateSeries } from '../manifests/cluster-series.ts'
import { addSeries, addTarget, appendScrape } from './prometheus/scrape.ts'
import { absent, type Storage } from './prometheus/storage.ts'
import { type GaugeUsage, usageAt } from './subject/pod-usage.ts'

/** A pod as the cluster's own exporters see it. */
export interface SeenPod {
  readonly name: string
  /** Its container does not run. */
  readonly down: boolean
  readonly usage: GaugeUsage
}

/** What the exporters of the cluster tell of the subject's pods, if anybody reads it. */
export interface ClusterExposition {
  readonly exporters: readonly {
    readonly labels: Readonly<Record<string, string>>
    readonly blocks: readonly { readonly series: ClusterSeries; readonly labels: Readonly<Record<string, string>> }[]
    /** Whether its series end with the container; else with the pod. */
    readonly endsWithContainer: boolean
  }[]
}

/** An exporter as a scrape target. Plain data. */
export interface ClusterTarget {
  /** Place in the exposition. */
  readonly exporter: number
  /** Index in the storage. */
  readonly target: number
  readonly scrapeKey: number
  nextScrapeMs: number
  /** Every pod that has been seen, in the order of its series. */
  readonly pods: string[]
}

/** @param metrics those that Prometheus keeps; null: all of them. */
export function clusterExposition(
  metrics: readonly string[] | null,
  namespace: string,
  container: string,
  image: string,
): ClusterExposition {
  const kept = (series: readonly ClusterSeries[]) =>
    series.filter(({ metric }) => metrics === null || metrics.includes(metric))
  const ofContainer = (series: ClusterSeries, more: Readonly<Record<string, string>> = {}) => ({
    series,
    labels: { namespace, container, ...more, ...series.labels },
  })
  const ofPod = (series: ClusterSeries) => ({ series, labels: { namespace, ...series.labels } })
  return {
    exporters: [
      {
        labels: clusterTargets.cadvisor,
        blocks: kept(cadvisorSeries).flatMap(series => [ofContainer(series, { image }), ofPod(series)]),
        endsWithContainer: true,
      },
      {
        labels: clusterTargets.kubeState,
        blocks: kept(kubeStateSeries).map(series => ofContainer(series)),
        endsWithContainer: false,
      },
    ].filter(({ blocks }) => blocks.length > 0),
  }
}

/** One target for each exporter that somebody reads. @param firstScrapeKey of the first; the others' follow downwards. */
export function addClusterTargets(
  { exporters }: ClusterExposition,
  storage: Storage,
  firstScrapeKey: number,
  nextScrapeMs: (scrapeKey: number) => number,
): ClusterTarget[] {
  return exporters.map(({ labels }, exporter) => {
    const scrapeKey = firstScrapeKey - exporter
    const target = addTarget(storage, labels)
    return { exporter, target, scrapeKey, nextScrapeMs: nextScrapeMs(scrapeKey), pods: [] }
  })
}

export function cloneClusterTarget(target: ClusterTarget): ClusterTarget {
  return { ...target, pods: target.pods.slice() }
}

/** @param elapsed part of the running cell that has passed. */
export function scrapeCluster(
  { exporters }: ClusterExposition,
  storage: Storage,
  { exporter, target, pods: known }: ClusterTarget,
  pods: readonly SeenPod[],
  atMs: number,
  elapsed: number,
): void {
  const { blocks, endsWithContainer } = exporters[exporter]!
  for (const { name } of pods) {
    if (known.includes(name)) continue
    known.push(name)
    for (const { series, labels } of blocks) addSeries(storage, target, series.metric, { ...labels, pod: name })
  }
  const values = known.flatMap(name => {
    const pod = pods.find(one => one.name === name)
    const isSeen = pod !== undefined && !(pod.down && endsWithContainer)
    return blocks.map(({ series }) => (isSeen ? usageAt(pod.usage, series.gauge, elapsed) : absent))
  })
  appendScrape(storage, target, atMs, values)
}
