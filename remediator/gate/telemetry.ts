import { type Finding, unless } from './finding.ts'
import type { Situation } from './situation.ts'

/**
 * Silence is not health: what is decided on how the service fares needs a look at it, with traffic, that is not old. A pod's restart and a
 * message's silence are judged on Kubernetes and the log.
 */
export function judgeTelemetry({ action, facts, policy, takesBack }: Situation): Finding[] {
  if (action.class === 'restartPod' || action.class === 'quietLog' || takesBack !== undefined) return []
  const { looks, nowMs, service } = facts
  const last = looks.findLast(
    ({ toMs, services }) => toMs <= nowMs && services.some(each => each.service === service && each.requests > 0),
  )
  const isFresh = last !== undefined && nowMs - last.toMs <= policy.telemetry.maxSilence
  return unless(isFresh, 'evidence', `telemetry is silent: no traffic of ${service} was seen lately`)
}
