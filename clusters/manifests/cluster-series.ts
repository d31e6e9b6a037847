/** What of a container a series of the cluster's own exporters tells; see PodGauges of the simulator. */
export interface ClusterSeries {
  readonly metric: string
  readonly gauge: 'cpuSeconds' | 'memoryBytes' | 'cpuPeriods' | 'throttledPeriods' | 'restarts'
  /** Labels besides those that say which container it is. */
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Of the kubelet, cAdvisor's: of each container, and without the labels `container` and `image` of the pod's control group as a whole
 * (google/cadvisor, docs/storage/prometheus.md; kubernetes, pkg/kubelet/server, containerPrometheusLabelsFunc).
 */
export const cadvisorSeries: readonly ClusterSeries[] = [
  { metric: 'container_cpu_usage_seconds_total', gauge: 'cpuSeconds', labels: { cpu: 'total' } },
  { metric: 'container_memory_working_set_bytes', gauge: 'memoryBytes', labels: {} },
  { metric: 'container_cpu_cfs_periods_total', gauge: 'cpuPeriods', labels: {} },
  { metric: 'container_cpu_cfs_throttled_periods_total', gauge: 'throttledPeriods', labels: {} },
]

/** Of kube-state-metrics (docs/metrics/workload/pod-metrics.md). */
export const kubeStateSeries: readonly ClusterSeries[] = [
  { metric: 'kube_pod_container_status_restarts_total', gauge: 'restarts', labels: {} },
]

/** Of blackbox_exporter (its README): whether a probe succeeded, and how long it took. */
export const probeSeries = { success: 'probe_success', duration: 'probe_duration_seconds' } as const

/** Labels that Prometheus gives these exporters' targets, as kube-prometheus sets them up. */
export const clusterTargets = {
  cadvisor: { job: 'kubelet', metrics_path: '/metrics/cadvisor' },
  kubeState: { job: 'kube-state-metrics' },
  prober: { job: 'blackbox' },
} as const
