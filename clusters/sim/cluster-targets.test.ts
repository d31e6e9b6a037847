import { describe, expect, test } from 'vitest'
import { cadvisorSeries, kubeStateSeries } from '../manifests/cluster-series.ts'
import { addClusterTargets, clusterExposition, type SeenPod, scrapeCluster } from './cluster-targets.ts'
import { compileQuery } from './prometheus/compile.ts'
import { evaluate } from './prometheus/evaluate.ts'
import { createStorage, type Storage } from './prometheus/storage.ts'
import { noGauges } from './subject/pod-usage.ts'

function ask(storage: Storage, text: string, atMs: number) {
  const compiled = compileQuery(text)
  if (compiled.kind === 'refused') throw new Error(text)
  const result = evaluate(compiled.query, storage, atMs)
  return result.kind === 'vector' ? result.series.map(({ labels, value }) => [labels['pod'], value]) : []
}

function pod(name: string, change: Partial<SeenPod> = {}): SeenPod {
  const atStart = { ...noGauges, cpuSeconds: 100, memoryBytes: 2e8, restarts: 3 }
  return { name, down: false, usage: { atStart, adds: { ...noGauges, cpuSeconds: 10 } }, ...change }
}

function exporters(metrics: readonly string[] | null = null) {
  const storage = createStorage()
  const exposition = clusterExposition(metrics, 'shop', 'app', 'registry/app:1')
  return { storage, exposition, targets: addClusterTargets(exposition, storage, -5, () => 0) }
}

describe("the cluster's exporters", () => {
  test('tell the usage of every pod, within the cell too', () => {
    const { storage, exposition, targets } = exporters()
    for (const target of targets) scrapeCluster(exposition, storage, target, [pod('a'), pod('b')], 1000, 0.5)
    expect(ask(storage, 'container_cpu_usage_seconds_total{container="app"}', 1000)).toEqual([
      ['a', 105],
      ['b', 105],
    ])
    expect(ask(storage, 'kube_pod_container_status_restarts_total{namespace="shop"}', 1000)).toEqual([
      ['a', 3],
      ['b', 3],
    ])
    expect(ask(storage, 'up', 1000)).toHaveLength(2)
  })

  test("count a pod twice where a query forgets the label `container`: once as the pod's control group", () => {
    const { storage, exposition, targets } = exporters()
    scrapeCluster(exposition, storage, targets[0]!, [pod('a')], 1000, 0)
    const sum = (matchers: string) =>
      ask(storage, `sum by (pod) (container_memory_working_set_bytes{${matchers}})`, 1000)
    expect(sum('pod="a"')).toEqual([['a', 4e8]])
    expect(sum('pod="a", container!=""')).toEqual([['a', 2e8]])
    expect(sum('pod="a", image!=""')).toEqual([['a', 2e8]])
  })

  test('lose a pod that is gone, and a container that does not run, whose restarts stay known', () => {
    const { storage, exposition, targets } = exporters()
    for (const target of targets) scrapeCluster(exposition, storage, target, [pod('a'), pod('b'), pod('c')], 1000, 0)
    for (const target of targets)
      scrapeCluster(exposition, storage, target, [pod('c', { down: true }), pod('b')], 31_000, 0)
    expect(ask(storage, 'container_memory_working_set_bytes{container="app"}', 31_000)).toEqual([['b', 2e8]])
    expect(ask(storage, 'kube_pod_container_status_restarts_total', 31_000)).toEqual([
      ['b', 3],
      ['c', 3],
    ])
  })

  test('are scraped only for what somebody reads', () => {
    expect(exporters([]).targets).toEqual([])
    const { storage, targets } = exporters(['container_memory_working_set_bytes'])
    expect(targets).toHaveLength(1)
    expect(storage.series.map(({ metric }) => metric)).toEqual(['up'])
  })

  test('have series of names that no two share', () => {
    const names = [...cadvisorSeries, ...kubeStateSeries].map(({ metric }) => metric)
    expect(new Set(names).size).toBe(names.length)
  })
})
