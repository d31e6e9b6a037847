import { calleesOf } from '../call-graph.ts'
import { type Finding, finding, unless } from './finding.ts'
import type { Situation } from './situation.ts'

/**
 * More pods, or another rollout, send more work to everything that the service calls. Harm is bounded only where the graph is known and
 * each service down it is seen to answer in time.
 */
export function judgeBlastRadius({ action, facts, policy, takesBack }: Situation): Finding[] {
  if ((action.class !== 'scale' && action.class !== 'retry') || takesBack !== undefined) return []
  const { graph, looks, service, nowMs } = facts
  if (graph === null) return [finding('blast radius', 'the dependency graph is unknown')]
  const { window, minRequests, maxErrorRatio, maxSlowRatio } = policy.telemetry
  const isKnown =
    service === graph.entry || graph.calls.some(({ caller, callee }) => [caller, callee].includes(service))
  if (!isKnown) return [finding('blast radius', `${service} is not in the dependency graph`)]

  const recent = looks.filter(({ toMs }) => toMs > nowMs - window && toMs <= nowMs)
  const callees = calleesOf(service, graph.calls)
  // A scaled service is expected to be in trouble itself; a release is not retried on top of any.
  return (action.class === 'retry' ? [service, ...callees] : callees).flatMap(name => {
    const parts = recent.flatMap(({ services }) => services.filter(each => each.service === name))
    const requests = sum(parts.map(part => part.requests))
    const errorRatio = sum(parts.map(part => part.errors)) / requests
    const slowRatio = sum(parts.map(part => part.slow)) / requests
    if (!(requests >= minRequests)) return [finding('blast radius', `too little is known of ${name}`)]
    return [
      ...unless(errorRatio <= maxErrorRatio, 'blast radius', `${name} fails ${percent(errorRatio)} of its requests`),
      ...unless(slowRatio <= maxSlowRatio, 'blast radius', `${name} is saturated: ${percent(slowRatio)} slow`),
    ]
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((soFar, number) => soFar + number, 0)
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
