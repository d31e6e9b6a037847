import { answersOf } from './diagnose/diagnose.ts'
import type { GateFacts } from './gate/facts.ts'
import type { EngineState } from './state.ts'

/** What the gate may know: the engine's own observations and its configuration, nothing that an action says of itself. */
export function gateFacts({ seen, setting, revisions, incidents, auditOk }: EngineState): GateFacts {
  const { site } = setting
  return {
    nowMs: seen.nowMs,
    // Below it nothing that the gate allows leaves the engine; up to there levels share what they decide.
    level: 'L4',
    rollout: seen.rollout,
    namespace: site.target.namespace,
    service: site.service,
    pods: seen.pods,
    graph: site.calls === null ? null : { entry: site.entry, calls: site.calls },
    baseline: site.baseline,
    looks: seen.looks,
    auditOk,
    blamed: Object.values(revisions).flatMap(({ blamed, podTemplateHash }) => (blamed ? podTemplateHash : [])),
    messages: incidents
      .flatMap(({ diagnosing }) => answersOf(diagnosing, 'logs'))
      .flatMap(({ lines }) => lines)
      .filter(({ service }) => service === site.service),
  }
}
