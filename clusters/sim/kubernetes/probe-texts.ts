import type { Outcome, ProbeKind, ProbeSpec } from './probes.ts'
import type { Pod } from './state.ts'

const names: Record<ProbeKind, string> = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' }

/** What the kubelet writes about a probe that failed (Kubernetes v1.34, pkg/kubelet/prober/prober.go; pkg/probe/http/http.go). */
export function failureText(pod: Pod, kind: ProbeKind, { request, tcpPort }: ProbeSpec, outcome: Outcome): string {
  const failed = `${names[kind]} probe failed: `
  if (tcpPort !== null) return `${failed}dial tcp ${pod.ip}:${tcpPort}: connect: connection refused`
  if (request === null) return outcome === 'timeout' ? `${failed}command timed out` : failed
  const address = `${pod.ip}:${request.port}`
  switch (outcome) {
    case 'refused':
      return `${failed}Get "http://${address}${request.path}": dial tcp ${address}: connect: connection refused`
    case 'timeout':
      return `${failed}Get "http://${address}${request.path}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
    case 'notFound':
      return `${failed}HTTP probe failed with statuscode: 404`
    default:
      return `${failed}HTTP probe failed with statuscode: 503`
  }
}
