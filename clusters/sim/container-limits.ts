import type { Container } from '../manifests/argo-types.ts'
import { quantity } from '../manifests/quantity.ts'

/** What a container may use; null: no limit, or no request. CPU in cores, memory in bytes. */
export interface ContainerLimits {
  readonly cpuRequest: number | null
  readonly cpuLimit: number | null
  readonly memoryLimitBytes: number | null
}

/** The kubelet grants no quota below 1 ms in each 100 ms (Kubernetes v1.34, pkg/kubelet/cm/helpers_linux.go, MilliCPUToQuota). */
const leastCpuLimit = 0.01

/**
 * Requests and limits as they are enforced: a limit of 0 is none, and a request that is left out is the limit (Kubernetes v1.34,
 * pkg/apis/core/v1/defaults.go).
 */
export function containerLimits(container: Pick<Container, 'resources'> | undefined): ContainerLimits {
  const { requests, limits } = container?.resources ?? {}
  const cpu = quantity(limits?.['cpu']) || null
  return {
    cpuRequest: quantity(requests?.['cpu'] ?? limits?.['cpu']) || null,
    cpuLimit: cpu === null ? null : Math.max(leastCpuLimit, cpu),
    memoryLimitBytes: quantity(limits?.['memory']) || null,
  }
}
