import { type Decoded, decimal, flag, int, list, nullable, record, text } from './frame.ts'

const runMetric = record({ name: text, phase: text, dryRun: flag })
const servingPods = record({ podTemplateHash: text, pods: int })
const logLines = record({ source: text, podTemplateHash: text, level: text, message: text, count: int })

const change = record({ file: text, key: text, fromValue: text, toValue: text })
const podLook = record({ pod: text, requests: int, errors: int, slow: int })
const serviceLook = record({ service: text, requests: int, errors: int, slow: int })
const versionLook = record({
  podTemplateHash: text,
  pods: int,
  requests: int,
  errors: int,
  latency: list(int),
  inFlight: int,
  byPod: list(podLook),
})
const hypothesis = record({ kind: text, entity: text, change: nullable(text), share: decimal(6) })
const evidence = record({ id: text, source: text, text })
const exclusion = record({ kind: text, entity: text, because: text })

/**
 * Every type of event in a trial log, with its fields; event-meanings.ts says what they mean. Types are in the past tense. `truth.*`
 * events are the ground truth, which the engine never gets; the others are observations and operations. The order of this table is
 * the binary type number: add at its end.
 */
export const eventTypes = {
  'trial.started': record({
    scenario: text,
    variant: text,
    policy: text,
    level: text,
    seed: int,
    backend: text,
    horizonMs: int,
  }),
  'release.updated': record({
    deploy: int,
    release: text,
    revision: int,
    podTemplateHash: text,
    file: text,
    key: text,
    fromValue: text,
    toValue: text,
    alsoChanged: list(change),
  }),
  'truth.cell': record({ fromMs: int, requests: int, bad: int, touched: int }),
  'truth.pod': record({ pod: text, touched: flag }),
  'truth.carried': record({ badPerHour: decimal(3), touchedPerHour: decimal(3) }),
  'look.taken': record({ fromMs: int, toMs: int, versions: list(versionLook), services: list(serviceLook) }),
  'look.missed': record({ reason: text }),
  'rollout.changed': record({
    name: text,
    phase: text,
    message: text,
    revision: int,
    currentHash: text,
    stableHash: text,
    currentStepIndex: int,
    stepCount: int,
    updatedReplicas: int,
    updatedAvailable: int,
    replicas: int,
    aborted: flag,
    held: flag,
    irreversible: flag,
  }),
  'rollout.aborted': record({ actor: text, podTemplateHash: text, message: text }),
  'analysisRun.changed': record({
    name: text,
    kind: text,
    podTemplateHash: text,
    phase: text,
    message: text,
    metrics: list(runMetric),
  }),
  'analysis.measured': record({ run: text, metric: text, phase: text, value: text, message: text }),
  'pod.changed': record({
    name: text,
    podTemplateHash: text,
    phase: text,
    waitingReason: text,
    restarts: int,
    ready: flag,
    lastTerminationReason: text,
  }),
  'kubernetes.emitted': record({ object: text, reason: text, message: text }),
  'traffic.shifted': record({ versions: list(servingPods) }),
  'detector.fired': record({ detector: text, blames: nullable(text), pod: text, score: decimal(6), reason: text }),
  'page.sent': record({ effectId: text, blames: nullable(text), reason: text }),
  'page.acknowledged': record({}),
  'person.looked': record({}),
  'person.decided': record({ decision: text }),
  'cause.found': record({}),
  'fix.merged': record({}),
  'operation.started': record({ effectId: text, actor: text, operation: text, podTemplateHash: text }),
  'operation.finished': record({ effectId: text, actor: text, operation: text, ok: flag, message: text }),
  'trial.invalidated': record({ reason: text }),
  'trial.ended': record({}),
  'logs.written': record({ fromMs: int, infoCount: int, entries: list(logLines) }),
  'probe.answered': record({ ok: flag, durationMs: int }),
  'commit.pushed': record({ sha: text, author: text, message: text, atMs: int, changes: list(change) }),
  'pullRequest.opened': record({ number: int, author: text, title: text, description: text, changes: list(change) }),
  'pullRequest.reviewed': record({ number: int, approved: flag, message: text }),
  'pullRequest.merged': record({ number: int, sha: text }),
  'pullRequest.closed': record({ number: int }),
  'pipeline.finished': record({ sha: text, number: nullable(int), attempt: int, ok: flag, startedMs: int }),
  'flag.changed': record({ actor: text, flag: text, fromValue: text, toValue: text }),
  'incident.opened': record({ incident: text, reason: text }),
  'incident.closed': record({ incident: text, reason: text }),
  'tool.called': record({ effectId: text, incident: text, tool: text, arguments: text }),
  'tool.answered': record({ effectId: text, tool: text, ok: flag, summary: text }),
  'diagnosis.made': record({
    effectId: text,
    incident: text,
    verdict: text,
    ranked: list(hypothesis),
    evidence: list(evidence),
    ruledOut: list(exclusion),
    toolCalls: int,
  }),
  'diagnosis.read': record({ incident: text, believed: flag }),
  'proposal.made': record({ effectId: text, incident: text, rule: text, number: int }),
  'gate.decided': record({
    effectId: text,
    incident: text,
    class: text,
    action: text,
    verdict: text,
    reasons: list(text),
  }),
  'approval.asked': record({ effectId: text, incident: text, action: text }),
  'approval.answered': record({ effectId: text, answer: text }),
  'action.verified': record({ effectId: text, incident: text, outcome: text, reason: text }),
  'audit.recorded': record({ line: text }),
  'threshold.changed': record({
    actor: text,
    template: text,
    metric: text,
    fromValue: decimal(6),
    toValue: decimal(6),
  }),
  'truth.blocked': record({ podTemplateHash: text, blocked: flag }),
  'connection.recovered': record({ reason: text, tookMs: int }),
} as const

export type EventType = keyof typeof eventTypes
export type EventData<T extends EventType> = Decoded<(typeof eventTypes)[T]>

/** One event: `t` is ms of trial time, `seq` counts from 0. */
export type TrialEvent = {
  [T in EventType]: { readonly seq: number; readonly t: number; readonly type: T; readonly data: EventData<T> }
}[EventType]
